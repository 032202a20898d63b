using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Syntha.V1;

namespace Syntha.Server.Tools.Dialects;

/// <summary>
/// Writes the definition of a tool in the form of each vendor. The tests have the rules that the vendors publish, with their sources
/// (DialectRules), and check every definition against them. It is the main type of the room Dialects.
/// </summary>
internal static class DialectWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The definitions under the tools' own names. Under a longer name, made to differ from a caller's tool, they are written on request.
    private static readonly Dictionary<(ToolDialect, AgentTool), string> Known =
        Enum.GetValues<ToolDialect>().SelectMany(dialect => ToolBox.Tools.Select(tool => (dialect, tool)))
            .ToDictionary(pair => pair, pair => Write(pair.dialect, pair.tool, pair.tool.Name));

    /// <param name="dialect">The vendor's form. An unknown one gives plain JSON Schema.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="name">The name that it is listed under.</param>
    public static string DefinitionOf(ToolDialect dialect, AgentTool tool, string name) =>
        name == tool.Name && Known.TryGetValue((dialect, tool), out var known) ? known : Write(dialect, tool, name);

    private static string Write(ToolDialect dialect, AgentTool tool, string name)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            WriterOf(dialect)(json, tool, name);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static Action<Utf8JsonWriter, AgentTool, string> WriterOf(ToolDialect dialect) => dialect switch
    {
        ToolDialect.Openai => (json, tool, name) => OpenAi(json, tool, name, SchemaForm.Plain),
        ToolDialect.OpenaiStrict => (json, tool, name) => OpenAi(json, tool, name, SchemaForm.Strict),
        ToolDialect.Anthropic => (json, tool, name) => Function(json, tool, name, "input_schema", SchemaForm.Plain),
        ToolDialect.Langchain => (json, tool, name) => Function(json, tool, name, "parameters", SchemaForm.Plain),
        ToolDialect.Agno => Agno,
        ToolDialect.Gemini => Gemini,
        ToolDialect.Mcp => Mcp,
        _ => JsonSchema,
    };

    private static void OpenAi(Utf8JsonWriter json, AgentTool tool, string name, SchemaForm form)
    {
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        Function(json, tool, name, "parameters", form);
        if (form.IsStrict)
        {
            json.WriteBoolean("strict", true);
        }

        json.WriteEndObject();
    }

    private static void Agno(Utf8JsonWriter json, AgentTool tool, string name)
    {
        Function(json, tool, name, "parameters", SchemaForm.Plain);
        if (tool.IsDestructive)
        {
            json.WriteBoolean("requires_confirmation", true);
        }
    }

    // For Gemini, a function without parameters has no schema at all.
    private static void Gemini(Utf8JsonWriter json, AgentTool tool, string name)
    {
        if (!tool.Parameters.IsEmpty)
        {
            Function(json, tool, name, "parameters", SchemaForm.Gemini);
            return;
        }
        json.WriteString("name", name);
        json.WriteString("description", tool.Description);
    }

    private static void Mcp(Utf8JsonWriter json, AgentTool tool, string name)
    {
        json.WriteString("title", tool.Title);
        Function(json, tool, name, "inputSchema", SchemaForm.Plain);
        json.WriteStartObject("annotations");
        json.WriteBoolean("readOnlyHint", tool.IsReadOnly);
        if (!tool.IsReadOnly)
        {
            json.WriteBoolean("destructiveHint", tool.IsDestructive);
            json.WriteBoolean("idempotentHint", tool.IsIdempotent);
        }
        json.WriteBoolean("openWorldHint", false);
        json.WriteEndObject();
    }

    private static void JsonSchema(Utf8JsonWriter json, AgentTool tool, string name)
    {
        json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        json.WriteString("title", name);
        json.WriteString("description", tool.Description);
        json.WriteParameters(tool, SchemaForm.Plain);
    }

    private static void Function(Utf8JsonWriter json, AgentTool tool, string name, string schema, SchemaForm form)
    {
        json.WriteString("name", name);
        json.WriteString("description", tool.Description);
        json.WriteStartObject(schema);
        json.WriteParameters(tool, form);
        json.WriteEndObject();
    }
}
