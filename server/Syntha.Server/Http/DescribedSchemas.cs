using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Microsoft.OpenApi;
using Syntha.Server.Doors;

namespace Syntha.Server.Http;

/// <summary>The JSON of the contract's messages as schemas of OpenAPI, with the comments of the contract. For one document.</summary>
internal sealed class DescribedSchemas(OpenApiDocument document)
{
    private readonly IDictionary<string, IOpenApiSchema> schemas = document.Components!.Schemas!;

    /// <summary>A message, by reference.</summary>
    public IOpenApiSchema Of(MessageDescriptor message)
    {
        if (schemas.TryAdd(message.Name, new OpenApiSchema()))
        {
            schemas[message.Name] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = ContractComments.Of(message.FullName),
                Properties = MessageFields.Of(message).ToDictionary(field => field.Key, field => Of(field.Value)),
            };
        }

        return new OpenApiSchemaReference(message.Name, document);
    }

    /// <summary>A field, with its comment.</summary>
    public IOpenApiSchema Of(FieldDescriptor field)
    {
        var description = ContractComments.Of(field.FullName);
        return field.IsRepeated
            ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = OfOne(field, null), Description = description }
            : OfOne(field, description);
    }

    private IOpenApiSchema OfOne(FieldDescriptor field, string? description)
    {
        if (MessageFields.IsJsonText(field))
        {
            return new OpenApiSchema { Description = $"{description} Here it is the JSON itself, and not a text." };
        }

        return field.FieldType switch
        {
            FieldType.Bool => Simple(JsonSchemaType.Boolean, null),
            FieldType.Int32 => Simple(JsonSchemaType.Integer, "int32"),
            FieldType.Int64 => Simple(JsonSchemaType.Integer, "int64"),
            FieldType.Double => Simple(JsonSchemaType.Number, "double"),
            FieldType.Bytes => Simple(JsonSchemaType.String, "byte"),
            FieldType.Enum => new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = description,
                Enum = [.. field.EnumType.Values.Select(value => (JsonNode)MessageFields.NameOf(value))],
            },
            FieldType.Message when field.MessageType == Timestamp.Descriptor => Simple(JsonSchemaType.String, "date-time"),
            FieldType.Message when MessageFields.IsText(field.MessageType) => Simple(JsonSchemaType.String, null),
            FieldType.Message => Of(field.MessageType),
            _ => Simple(JsonSchemaType.String, null),
        };

        OpenApiSchema Simple(JsonSchemaType type, string? format) => new() { Type = type, Format = format, Description = description };
    }
}
