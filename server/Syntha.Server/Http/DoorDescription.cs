using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;
using Syntha.Server.Doors;
using Syntha.Server.Wire;

namespace Syntha.Server.Http;

/// <summary>
/// Describes the HTTP door as OpenAPI: each route, each parameter, each error with its remedy. All of it comes from the routes and from the
/// contract, so that it cannot be out of date.
/// </summary>
internal static class DoorDescription
{
    private const string ProblemSchema = "Problem";
    private const string Bearer = "bearer";

    public static void Describe(OpenApiDocument document)
    {
        document.Info = new()
        {
            Title = "Syntha",
            Version = "v1",
            Description = "One user's shared context. A key in a path is decoded once. Keys that a path cannot carry are given as ?key=. " +
                "The user is the header `user-id` or that of the credential. A request line has at most 16 KiB, all headers 32 KiB, a " +
                "body 3.25 MiB. A body must arrive within 30 seconds unless the operator has set another time.",
        };
        document.Servers = [];
        document.Tags = null;
        document.Paths = [];
        document.Components = new() { Schemas = new Dictionary<string, IOpenApiSchema>() };
        document.AddComponent(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key or a token. A server without authentication needs none.",
        });
        document.Components.Schemas[ProblemSchema] = ProblemOf();
        var schemas = new DescribedSchemas(document);
        foreach (var path in Routes.All.GroupBy(route => route.Path))
        {
            var item = new OpenApiPathItem();
            // Two routes share a path and a verb where the query chooses between an item and the list.
            foreach (var same in path.GroupBy(route => route.Verb))
            {
                var operation = OperationOf(same.Last(), document, schemas);
                if (same.Count() > 1)
                {
                    operation.Parameters!.Add(Text(
                        "key", ParameterLocation.Query, "The key of one item. The request is then that of the path with the key."));
                }

                item.AddOperation(HttpMethod.Parse(same.Key), operation);
            }

            document.Paths.Add(path.Key, item);
        }
    }

    private static OpenApiOperation OperationOf(Route route, OpenApiDocument document, DescribedSchemas schemas) => new()
    {
        OperationId = $"{route.Method.Service.Name}_{route.Method.Name}{(route.Body is null ? "" : "_body")}" +
            (route.IsAboutOneItem && !route.HasKeyInPath ? "_key" : ""),
        Summary = ContractComments.Of(route.Method.FullName).Split(" Errors:")[0],
        Parameters = [.. ParametersOf(route, schemas)],
        RequestBody = route.HasBody ? BodyOf(route, schemas) : null,
        Responses = ResponsesOf(route, document, schemas),
        Security = [new() { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }, []],
    };

    private static IEnumerable<OpenApiParameter> ParametersOf(Route route, DescribedSchemas schemas)
    {
        foreach (var (name, field) in route.PathFields)
        {
            yield return ParameterOf(name, ParameterLocation.Path, schemas.Of(MessageFields.Find(route.Method.InputType, field)!), true);
        }

        foreach (var (name, field) in route.QueryFields)
        {
            yield return ParameterOf(
                name, ParameterLocation.Query, schemas.Of(MessageFields.Find(route.Method.InputType, field)!),
                name == "key" && !route.HasKeyInPath && route.IsAboutOneItem);
        }

        if (route.Form is RouteForm.ReadItem or RouteForm.WriteItem)
        {
            yield return Text(
                RequestBinder.Form, ParameterLocation.Query, "`value`: the value alone, which is the default. `item`: the whole item.");
        }

        if (route.Form == RouteForm.ReadItem)
        {
            yield return Text(
                "If-None-Match", ParameterLocation.Header, "ETags that the caller has. Where one still holds, the answer is 304.");
        }

        if (route.Form == RouteForm.Stream)
        {
            yield return Text(EventStream.Start, ParameterLocation.Query, "`now`, which is the default, `snapshot`, or a position.");
            yield return Text(EventStream.LastEventId, ParameterLocation.Header, "The id of the last event. The stream goes on after it.");
        }

        if (route.GuardField is not null)
        {
            yield return Text("If-Match", ParameterLocation.Header, "An ETag of the item. Otherwise the answer is 412.");
            yield return Text("If-None-Match", ParameterLocation.Header, "`*`: the key must not exist. Otherwise the answer is 412.");
        }

        if (route.Method.InputType.FindFieldByName("request_id") is { } id)
        {
            yield return Text(RequestBinder.IdempotencyKey, ParameterLocation.Header, ContractComments.Of(id.FullName));
        }

        if (route.Method.Service == V1.ContextMesh.Descriptor || route.Method.Service == V1.ToolHandler.Descriptor)
        {
            yield return Text("user-id", ParameterLocation.Header, "The user. It may be left out where the credential has one.");
        }
    }

    private static OpenApiRequestBody BodyOf(Route route, DescribedSchemas schemas) => new()
    {
        Required = true,
        Content = route.Form == RouteForm.PatchItem ? PatchesOf(schemas) : new Dictionary<string, OpenApiMediaType>
        {
            [MediaTypes.Json] = new()
            {
                Schema = route.Form == RouteForm.WriteItem
                    ? new OpenApiSchema { Description = "The value: any JSON, kept as its exact text. With form=item it is an ItemWrite." }
                    : route.Body == "" ? schemas.Of(route.Method.InputType)
                    : BodyOf(route.Method.InputType.FindFieldByName(route.Body!), schemas),
            },
        },
    };

    private static Dictionary<string, OpenApiMediaType> PatchesOf(DescribedSchemas schemas) => new()
    {
        [MediaTypes.JsonPatch] = new() { Schema = schemas.Of(V1.ItemPatch.Descriptor.FindFieldByName("operations_json")) },
        [MediaTypes.MergePatch] = new() { Schema = schemas.Of(V1.ItemPatch.Descriptor.FindFieldByName("merge_json")) },
        [MediaTypes.Json] = new() { Schema = schemas.Of(V1.ItemPatch.Descriptor) },
    };

    private static IOpenApiSchema BodyOf(FieldDescriptor field, DescribedSchemas schemas) =>
        MessageFields.IsJsonText(field) ? schemas.Of(field) : new OpenApiSchema
        {
            Description = $"{ContractComments.Of(field.FullName)} `null` leaves it out.",
            AnyOf = [schemas.Of(field.MessageType), new OpenApiSchema { Type = JsonSchemaType.Null }],
        };

    private static OpenApiResponses ResponsesOf(Route route, OpenApiDocument document, DescribedSchemas schemas)
    {
        var (type, schema) = route.Form switch
        {
            RouteForm.Stream => ("text/event-stream", schemas.Of(V1.SubscribeResponse.Descriptor)),
            RouteForm.ReadItem => (
                MediaTypes.Json, new OpenApiSchema { Description = "The value as its exact text. With form=item it is an Item." }),
            _ => (MediaTypes.Json, schemas.Of(route.Method.OutputType)),
        };
        if (route.IsAboutOneItem)
        {
            schemas.Of(route.Form == RouteForm.WriteItem ? V1.ItemWrite.Descriptor : V1.Item.Descriptor);
        }

        var responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = route.Form == RouteForm.Stream
                    ? "Events. Each is named like a field of SubscribeResponse, and its data is that field. The last event may be " +
                        "`error` with a problem."
                    : ContractComments.Of(route.Method.OutputType.FullName),
                Content = new Dictionary<string, OpenApiMediaType> { [type] = new() { Schema = schema } },
            },
        };
        if (route.Form == RouteForm.ReadItem)
        {
            responses["304"] = new OpenApiResponse { Description = "The caller has the item." };
            responses["404"] = FailureOf(document, "There is no item with this key that the caller may read.");
        }

        foreach (var status in ContractReasons.Of(route).GroupBy(ReasonStatus.Of).OrderBy(status => status.Key))
        {
            var text = new StringBuilder();
            foreach (var reason in status)
            {
                text.Append(CultureInfo.InvariantCulture, $"{StatusMapper.NameOf(reason)}: ");
                text.Append(ContractComments.MeaningOf(StatusMapper.NameOf(reason)));
                text.Append(CultureInfo.InvariantCulture, $" Remedy: {Problem.RemedyOf(reason)}\n\n");
            }

            responses[status.Key.ToString(CultureInfo.InvariantCulture)] = FailureOf(document, text.ToString().Trim());
        }

        if (route.HasBody)
        {
            responses["408"] = FailureOf(document, "The body did not arrive in time.");
        }

        return responses;
    }

    private static OpenApiResponse FailureOf(OpenApiDocument document, string description) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [Problem.ContentType] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, document) },
        },
    };

    private static OpenApiSchema ProblemOf() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "What failed, and what to do (RFC 9457).",
        Required = new HashSet<string> { "title", "status", "detail", "remedy" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["title"] = Of(JsonSchemaType.String, "The name of the status."),
            ["status"] = Of(JsonSchemaType.Integer, "The HTTP status."),
            ["detail"] = Of(JsonSchemaType.String, "What happened, for people."),
            ["remedy"] = Of(JsonSchemaType.String, "What to do."),
            ["reason"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = "The contract's reason. Absent: there is none.",
                Enum = [.. Enum.GetValues<ErrorReason>().Select(reason => (System.Text.Json.Nodes.JsonNode)StatusMapper.NameOf(reason))],
            },
            ["field"] = Of(JsonSchemaType.String, "The field of the contract's request, the parameter or the header that is at fault."),
            ["retry_after"] = Of(JsonSchemaType.Integer, "Seconds to wait before the request is repeated."),
            ["metadata"] = Of(JsonSchemaType.Object, "The values of the text, for programs."),
        },
    };

    private static OpenApiSchema Of(JsonSchemaType type, string description) => new() { Type = type, Description = description };

    private static OpenApiParameter Text(string name, ParameterLocation place, string description) =>
        new() { Name = name, In = place, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiParameter ParameterOf(string name, ParameterLocation place, IOpenApiSchema schema, bool isRequired) =>
        new() { Name = name, In = place, Required = isRequired, Schema = schema, Description = schema.Description };
}
