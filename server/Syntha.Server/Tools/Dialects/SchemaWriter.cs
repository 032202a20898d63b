using System.Text.Json;

namespace Syntha.Server.Tools.Dialects;

/// <summary>Writes the schema of a tool's arguments.</summary>
internal static class SchemaWriter
{
    /// <summary>Writes the members of the schema into an object that the caller has opened.</summary>
    public static void WriteParameters(this Utf8JsonWriter json, AgentTool tool, SchemaForm form)
    {
        WriteType(json, "object", form);
        json.WriteStartObject("properties");
        foreach (var parameter in tool.Parameters)
        {
            json.WriteStartObject(parameter.Name);
            WriteType(json, TypeOf(parameter.Kind), form, takesNull: form.IsStrict && !parameter.IsRequired);
            if (parameter.Kind == ParameterKind.TextList)
            {
                json.WriteStartObject("items");
                WriteType(json, "string", form);
                json.WriteEndObject();
            }
            json.WriteString("description", parameter.Description);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        var required = tool.Parameters
            .Where(parameter => parameter.IsRequired || form.IsStrict).Select(parameter => parameter.Name).ToList();
        if (required.Count > 0 || form.IsStrict)
        {
            json.WriteList("required", required);
        }

        if (form.IsClosed)
        {
            json.WriteBoolean("additionalProperties", false);
        }
    }

    private static void WriteType(Utf8JsonWriter json, string type, SchemaForm form, bool takesNull = false)
    {
        if (takesNull)
        {
            json.WriteList("type", [type, "null"]);
        }
        else
        {
            json.WriteString("type", form.HasCapitalTypes ? type.ToUpperInvariant() : type);
        }
    }

    private static string TypeOf(ParameterKind kind) => kind switch
    {
        ParameterKind.Text => "string",
        ParameterKind.TextList => "array",
        ParameterKind.Number => "number",
        _ => "boolean",
    };
}
