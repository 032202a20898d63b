using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Syntha.Server.Tests.Tools;

/// <summary>
/// The demands of each vendor on a tool's definition, as far as ours could break them. Each rule is in the vendor's documentation, as of
/// late 2026. A definition may hold nothing that is not named here.
/// </summary>
internal static partial class DialectRules
{
    private static readonly string[] JsonTypes = ["string", "array", "number", "boolean"];

    public static void Demand(ToolDialect dialect, JsonObject definition, bool hasParameters)
    {
        switch (dialect)
        {
            // platform.openai.com/docs/api-reference/chat/create, tools: "a-z, A-Z, 0-9, or contain underscores and dashes, with a maximum
            // length of 64"; parameters is a JSON Schema object.
            case ToolDialect.Openai:
                Members(definition, ["type", "function"]);
                Assert.Equal("function", (string)definition["type"]!);
                Function(definition["function"]!.AsObject(), ["name", "description", "parameters"], PlainName());
                PlainSchema(definition["function"]!["parameters"]!.AsObject());
                break;
            // platform.openai.com/docs/guides/function-calling, strict mode:
            // "additionalProperties must be set to false for each object" and
            // "all fields in properties must be marked as required"; optional fields have null as a further type. Constraints beyond types
            // are not supported by all models (guides/structured-outputs, supported schemas): there are none.
            case ToolDialect.OpenaiStrict:
                Members(definition, ["type", "function"]);
                Function(definition["function"]!.AsObject(), ["name", "description", "parameters", "strict"], PlainName());
                Assert.True((bool)definition["function"]!["strict"]!);
                StrictSchema(definition["function"]!["parameters"]!.AsObject());
                break;
            // platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools:
            // name matches ^[a-zA-Z0-9_-]{1,64}$, input_schema is a JSON
            // Schema object.
            case ToolDialect.Anthropic:
                Function(definition, ["name", "description", "input_schema"], PlainName());
                PlainSchema(definition["input_schema"]!.AsObject());
                break;
            // python.langchain.com, bind_tools / convert_to_openai_function: a dict with name, description and parameters is taken as an
            // OpenAI function, whose rules hold.
            case ToolDialect.Langchain:
                Function(definition, ["name", "description", "parameters"], PlainName());
                PlainSchema(definition["parameters"]!.AsObject());
                break;
            // github.com/agno-agi/agno, libs/agno/agno/tools/function.py, Function.to_dict: name, description, parameters, strict,
            // requires_confirmation, external_execution; none of them null.
            case ToolDialect.Agno:
                Function(definition, ["name", "description", "parameters", "requires_confirmation"], PlainName());
                PlainSchema(definition["parameters"]!.AsObject());
                Assert.Equal((string)definition["name"]! == "delete_topic", (bool?)definition["requires_confirmation"] ?? false);
                break;
            // cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/FunctionDeclaration and …/Schema: a name begins with a letter
            // or underscore and has a-z, A-Z, 0-9, underscores, dots and dashes, at most 64; likewise parameters, without dots and dashes;
            // types are an enum in capitals; for no parameters the schema can be left unset (an OBJECT without properties is refused).
            case ToolDialect.Gemini:
                Function(definition, hasParameters ? ["name", "description", "parameters"] : ["name", "description"], GeminiName());
                if (hasParameters)
                {
                    GeminiSchema(definition["parameters"]!.AsObject());
                }

                break;
            // modelcontextprotocol.io/specification/2025-11-25/server/tools and schema.ts: names of 1 to 128 of A-Z, a-z, 0-9, _, -, .;
            // inputSchema is an object schema; annotations are the five hints.
            case ToolDialect.Mcp:
                Function(definition, ["title", "name", "description", "inputSchema", "annotations"], McpName());
                PlainSchema(definition["inputSchema"]!.AsObject());
                Members(definition["annotations"]!.AsObject(), ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"]);
                break;
            // json-schema.org/draft/2020-12.
            default:
                Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string)definition["$schema"]!);
                Assert.NotEmpty((string)definition["title"]!);
                Assert.NotEmpty((string)definition["description"]!);
                PlainSchema(definition, "$schema", "title", "description");
                break;
        }
    }

    private static void Function(JsonObject function, string[] members, Regex name)
    {
        Members(function, members);
        Assert.Matches(name, (string)function["name"]!);
        Assert.InRange(((string)function["description"]!).Length, 1, 1024);
    }

    private static void PlainSchema(JsonObject schema, params string[] besides)
    {
        Members(schema, ["type", "properties", "required", "additionalProperties", .. besides]);
        Assert.Equal("object", (string)schema["type"]!);
        Assert.False((bool)schema["additionalProperties"]!);
        var properties = schema["properties"]!.AsObject();
        foreach (var (_, property) in properties)
        {
            Property(property!.AsObject(), (string)property!["type"]!, "array", JsonTypes);
        }

        Assert.Empty(Required(schema).Except(properties.Select(property => property.Key)));
    }

    private static void StrictSchema(JsonObject schema)
    {
        Members(schema, ["type", "properties", "required", "additionalProperties"]);
        Assert.Equal("object", (string)schema["type"]!);
        Assert.False((bool)schema["additionalProperties"]!);
        var properties = schema["properties"]!.AsObject();
        Assert.Equal(properties.Select(property => property.Key), Required(schema));
        foreach (var (_, property) in properties)
        {
            var types = property!["type"] is JsonArray several
                ? several.Select(type => (string)type!).ToList()
                : [(string)property["type"]!];
            Property(property.AsObject(), types[0], "array", JsonTypes);
            Assert.True(types.Count == 1 || types is [_, "null"]);
        }
    }

    private static void GeminiSchema(JsonObject schema)
    {
        Members(schema, ["type", "properties", "required"]);
        Assert.Equal("OBJECT", (string)schema["type"]!);
        var properties = schema["properties"]!.AsObject();
        Assert.NotEmpty(properties);
        foreach (var (name, property) in properties)
        {
            Assert.Matches(GeminiParameter(), name);
            Property(property!.AsObject(), (string)property!["type"]!, "ARRAY", [.. JsonTypes.Select(type => type.ToUpperInvariant())]);
        }
        Assert.Empty(Required(schema).Except(properties.Select(property => property.Key)));
    }

    private static void Property(JsonObject property, string type, string arrayType, string[] types)
    {
        Assert.Contains(type, types);
        Assert.NotEmpty((string)property["description"]!);
        Members(property, type == arrayType ? ["type", "items", "description"] : ["type", "description"]);
        Assert.Equal(type == arrayType, property.ContainsKey("items"));
        if (type == arrayType)
        {
            Assert.Contains((string)property["items"]!["type"]!, types);
        }
    }

    private static IEnumerable<string> Required(JsonObject schema) => schema["required"]?.AsArray().Select(name => (string)name!) ?? [];

    private static void Members(JsonObject part, string[] allowed) => Assert.Empty(part.Select(member => member.Key).Except(allowed));

    [GeneratedRegex(@"^[a-zA-Z0-9_-]{1,64}\z")]
    private static partial Regex PlainName();

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_.-]{0,63}\z")]
    private static partial Regex GeminiName();

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_]{0,63}\z")]
    private static partial Regex GeminiParameter();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,128}\z")]
    private static partial Regex McpName();
}
