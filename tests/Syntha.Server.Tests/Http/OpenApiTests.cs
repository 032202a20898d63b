using System.Text.Json;
using Microsoft.OpenApi;
using Syntha.Server.Doors;
using Syntha.Server.Http;
using Syntha.Server.Wire;

namespace Syntha.Server.Tests.Http;

/// <summary>The description of the HTTP door is whole: a program that is made from it lacks nothing.</summary>
public sealed class OpenApiTests(SharedServer server)
{
    [Fact]
    public async Task Description_OfTheDoor_IsOpenApiWithoutFault()
    {
        var answer = await RawHttp.SendAsync(server.Http, "GET", "/openapi/v1.json");

        var read = OpenApiDocument.Parse(answer.Text, "json");

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("3.1.", answer.Json.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Empty(read.Diagnostic!.Errors.Select(error => error.ToString()));
        Assert.NotNull(read.Document);
    }

    [Fact]
    public async Task Description_OfEachRoute_HasItsParametersAndItsErrors()
    {
        var paths = (await DescriptionAsync()).GetProperty("paths");

        // Where the query chooses between an item and the list, the list is described, and the item has a path of its own.
        foreach (var route in Routes.All.Where(route => !(route is { Form: RouteForm.ReadItem, HasKeyInPath: false })))
        {
            var operation = paths.GetProperty(route.Path).GetProperty(route.Verb.ToLowerInvariant());
            var parameters = operation.TryGetProperty("parameters", out var described)
                ? described.EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()!).ToHashSet()
                : [];
            var responses = operation.GetProperty("responses");

            Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
            Assert.Superset(route.PathFields.Select(field => field.Name).Concat(route.QueryFields.Keys).ToHashSet(), parameters);
            Assert.Equal(route.HasBody, operation.TryGetProperty("requestBody", out _));
            foreach (var reason in ContractReasons.Of(route))
            {
                var response = responses.GetProperty($"{ReasonStatus.Of(reason)}");
                Assert.Contains(
                    $"{StatusMapper.NameOf(reason)}: ", response.GetProperty("description").GetString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Description_OfEachField_SaysWhatItIs()
    {
        var schemas = (await DescriptionAsync()).GetProperty("components").GetProperty("schemas");

        foreach (var schema in schemas.EnumerateObject())
        {
            Assert.True(schema.Value.TryGetProperty("description", out _), schema.Name);
            // A message without fields has none.
            var fields = schema.Value.TryGetProperty("properties", out var properties) ? properties.EnumerateObject() : default;
            foreach (var field in fields)
            {
                // A reference has the description of what it refers to.
                Assert.True(
                    field.Value.TryGetProperty("$ref", out _) || field.Value.GetProperty("description").GetString() is { Length: > 0 },
                    $"{schema.Name}.{field.Name}");
            }
        }
    }

    [Fact]
    public void Reasons_OfAPush_AreThoseOfTheContractsComments()
    {
        var push = Routes.All.Single(route => route is { Path: "/v1/context/{key}", Verb: "PUT" });
        var reasons = ContractReasons.Of(push).ToHashSet();
        var agents = ContractReasons.Of(Routes.All.Single(route => route is { Path: "/v1/agents/{agent}/context/{key}", Verb: "PUT" }));

        Assert.Superset(
            new HashSet<Mesh.Errors.ErrorReason>
            {
                Mesh.Errors.ErrorReason.KeyInvalid, Mesh.Errors.ErrorReason.QuotaBytes, Mesh.Errors.ErrorReason.RevisionMismatch,
                Mesh.Errors.ErrorReason.NodeDraining, Mesh.Errors.ErrorReason.RequestIdReused, Mesh.Errors.ErrorReason.CredentialsInvalid,
            },
            reasons);
        Assert.Contains(Mesh.Errors.ErrorReason.QuotaBytes, agents);
    }

    private async Task<JsonElement> DescriptionAsync() => (await RawHttp.SendAsync(server.Http, "GET", "/openapi/v1.json")).Json;
}
