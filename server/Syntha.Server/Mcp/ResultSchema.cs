using System.Buffers;
using System.Text.Json;
using Syntha.Server.Tools;

namespace Syntha.Server.Mcp;

/// <summary>
/// Writes the schema of a tool's result. Only `success` is required, because a refusal has other members, and a result that would be too
/// long has its sentence alone.
/// </summary>
internal static class ResultSchema
{
    public static JsonElement Of(AgentTool tool)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "object");
            json.WriteStartObject("properties");
            Write(json, new("success", ResultKind.Flag));
            Write(json, new("message", ResultKind.Text));
            Write(json, new("error", ResultKind.Text));
            foreach (var member in tool.Results)
            {
                Write(json, member);
            }

            json.WriteEndObject();
            json.WriteList("required", ["success"]);
            json.WriteEndObject();
        }
        using var schema = JsonDocument.Parse(buffer.WrittenMemory);
        return schema.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter json, ResultMember member)
    {
        json.WriteStartObject(member.Name);
        if (TypeOf(member.Kind) is { } type)
        {
            json.WriteString("type", type);
        }

        if (member.Kind == ResultKind.TextList)
        {
            json.WriteStartObject("items");
            json.WriteString("type", "string");
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static string? TypeOf(ResultKind kind) => kind switch
    {
        ResultKind.Text => "string",
        ResultKind.TextList => "array",
        ResultKind.Number => "number",
        ResultKind.Flag => "boolean",
        ResultKind.ByName => "object",
        _ => null,
    };
}
