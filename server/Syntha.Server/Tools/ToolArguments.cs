using System.Globalization;
using System.Text.Json;

namespace Syntha.Server.Tools;

/// <summary>
/// The arguments that a model gives to a tool. Models are sloppy, so other forms are understood too: null for an argument that is left out,
/// a comma-separated text or a JSON text for a list, and a text for a number or a truth value. For one caller at a time.
/// </summary>
internal sealed class ToolArguments
{
    // A value may nest 64 levels deep (JsonText.MaxDepth). The object of the arguments is one level more.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 65, AllowDuplicateProperties = false };

    private static readonly string[] Subjects = ["key", "topic"];

    private readonly Dictionary<string, JsonElement> values = new(StringComparer.Ordinal);

    // The list that was read last. A tool asks for its list twice: how much work it is, and what it names.
    private (string? Name, ImmutableArray<string> Texts) last;

    private ToolArguments()
    {
    }

    /// <param name="json">A JSON object, or a JSON string that holds one. Empty for no arguments.</param>
    /// <param name="tool">The tool that takes the arguments.</param>
    /// <exception cref="ArgumentFault">The text holds no such object, or an argument is missing or unknown.</exception>
    public static ToolArguments Parse(string json, AgentTool tool)
    {
        var arguments = new ToolArguments();
        if (ObjectIn(json) is { } given)
        {
            foreach (var property in given.EnumerateObject())
            {
                arguments.Take(NameOf(property), property.Value, tool);
            }
        }

        foreach (var parameter in tool.Parameters)
        {
            if (parameter.IsRequired && !arguments.values.ContainsKey(parameter.Name))
            {
                throw new ArgumentFault(
                    $"Missing argument '{parameter.Name}': {parameter.Expectation} is expected ({parameter.Description})");
            }
        }
        return arguments;
    }

    /// <summary>A text as it is, and any other argument as its JSON.</summary>
    public string? FindRaw(string name) => values.TryGetValue(name, out var value) ? TextOf(value) ?? value.GetRawText() : null;

    public bool IsText(string name) => values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String;

    /// <exception cref="ArgumentFault">The argument is neither text nor number.</exception>
    public string? FindText(string name) => !values.TryGetValue(name, out var value) ? null
        : value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? TextOf(value) ?? value.GetRawText()
        : throw Unexpected(name, "a text", value);

    /// <summary>The key or the topic that the call is about, as far as it can be told: a text that is not too long to repeat.</summary>
    public (string Name, string Text)? FindSubject()
    {
        foreach (var name in Subjects)
        {
            if (values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetRawText().Length <= 1000 &&
                FindWhole(value) is { } text)
            {
                return (name, text);
            }
        }

        return null;
    }

    /// <exception cref="ArgumentFault">The argument is missing, or is neither text nor number.</exception>
    public string GetText(string name) => FindText(name) ?? throw new ArgumentFault($"Missing argument '{name}': a text is expected");

    /// <exception cref="ArgumentFault">The argument is no list of texts, and no text that could be read as one.</exception>
    public ImmutableArray<string> FindList(string name)
    {
        if (last.Name == name)
        {
            return last.Texts;
        }

        if (!values.TryGetValue(name, out var value))
        {
            return [];
        }

        last = (name, value.ValueKind switch
        {
            JsonValueKind.Array => ListOf(name, value),
            JsonValueKind.String when TextOf(value)! is var text => text.TrimStart().StartsWith('[')
                ? ListOf(name, Parsed(text) ?? throw Unexpected(name, "a list of texts", value))
                : [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            _ => throw Unexpected(name, "a list of texts", value),
        });
        return last.Texts;
    }

    /// <exception cref="ArgumentFault">The argument is no number, and no text that could be read as one.</exception>
    public double? FindNumber(string name)
    {
        if (!values.TryGetValue(name, out var value))
        {
            return null;
        }

        var text = value.ValueKind is JsonValueKind.Number or JsonValueKind.String ? TextOf(value) ?? value.GetRawText() : "";
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw Unexpected(name, "a number", value);
    }

    /// <exception cref="ArgumentFault">The argument is no truth value, and no text that could be read as one.</exception>
    public bool IsSet(string name) => values.TryGetValue(name, out var value) && (value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(TextOf(value), out var flag) => flag,
        _ => throw Unexpected(name, "true or false", value),
    });

    private void Take(string name, JsonElement value, AgentTool tool)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (tool.HasParameter(name))
        {
            values[name] = value;
        }
        else if (!tool.IsReadOnly)
        {
            // The tool must not ignore a misspelt argument. It could publish to all agents a value that is meant for few.
            throw new ArgumentFault($"Unknown argument '{Short(name)}': {tool.Name} takes {ListOf(tool)}");
        }
    }

    // Null: there are no arguments.
    private static JsonElement? ObjectIn(string json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return null;
        }

        var root = Parsed(json);
        if (root is { ValueKind: JsonValueKind.String } text)
        {
            root = string.IsNullOrWhiteSpace(TextOf(text)) ? Parsed("{}") : Parsed(TextOf(text)!);
        }

        return root switch
        {
            { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.Object } => root,
            _ => throw new ArgumentFault(
                "The arguments are not a JSON object: one object with the arguments by name is expected, without repeated names"),
        };
    }

    private static JsonElement? Parsed(string json)
    {
        try
        {
            return JsonElement.Parse(json, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ImmutableArray<string> ListOf(string name, JsonElement list)
    {
        var texts = ImmutableArray.CreateBuilder<string>(list.GetArrayLength());
        foreach (var element in list.EnumerateArray())
        {
            texts.Add(element.ValueKind is JsonValueKind.String or JsonValueKind.Number
                ? TextOf(element) ?? element.GetRawText()
                : throw Unexpected(name, "a list of texts", list));
        }

        return texts.MoveToImmutable();
    }

    private static string? TextOf(JsonElement value) =>
        value.ValueKind != JsonValueKind.String ? null
        : FindWhole(value) ?? throw new ArgumentFault("A text holds half of a surrogate pair: plain Unicode text is expected");

    // Null: it holds half of a surrogate pair.
    private static string? FindWhole(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "\ufffd";
        }
    }

    private static ArgumentFault Unexpected(string name, string expected, JsonElement given) =>
        new($"Argument '{name}' must be {expected}, and is {Short(given.GetRawText())}");

    private static string ListOf(AgentTool tool) => string.Join(", ", tool.Parameters.Select(parameter => parameter.Name));

    private static string Short(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "…");
}
