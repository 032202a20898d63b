using System.Collections.Frozen;

namespace Syntha.Server.Doors;

/// <summary>
/// The comments of the contract's files, which are a part of this program. They say what a method does, the limits of a field and the
/// remedy of an error, so that no second text has to say it. Thread-safe.
/// </summary>
internal static class ContractComments
{
    private const string Remedy = "Remedy: ";
    private const string Example = "Example: ";

    private static readonly FrozenDictionary<string, string[]> Lines = ReadAll();

    /// <summary>The comment of a service, method, message, field, enum or value, by its full name. Empty: there is none.</summary>
    public static string Of(string name) => string.Join(' ', Lines.GetValueOrDefault(name, []));

    /// <summary>What a caller does about a reason.</summary>
    public static string RemedyOf(string reason) => PartOf(reason, Remedy);

    /// <summary>What has happened where a call fails for a reason.</summary>
    public static string MeaningOf(string reason)
    {
        var text = Of(NameOf(reason));
        var end = text.IndexOf(Remedy, StringComparison.Ordinal);
        var begin = text.IndexOf(": ", StringComparison.Ordinal) + 2;
        return text[begin..(end < 0 ? text.Length : end)].Trim();
    }

    private static string PartOf(string reason, string part)
    {
        var text = Of(NameOf(reason));
        var begin = text.IndexOf(part, StringComparison.Ordinal);
        if (begin < 0)
        {
            return "";
        }

        var rest = text[(begin + part.Length)..];
        var end = rest.IndexOf(Example, StringComparison.Ordinal);
        return (end < 0 ? rest : rest[..end]).Trim();
    }

    private static string NameOf(string reason) => $"syntha.v1.ErrorReason.ERROR_REASON_{reason}";

    private static FrozenDictionary<string, string[]> ReadAll()
    {
        var comments = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var assembly = typeof(ContractComments).Assembly;
        foreach (var file in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".proto", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(file)!);
            Read(reader, comments);
        }

        return comments.ToFrozenDictionary(StringComparer.Ordinal);
    }

    // The files have one form, which buf keeps: a comment stands above what it is about, and each line begins or ends at most one block.
    private static void Read(StreamReader reader, Dictionary<string, string[]> comments)
    {
        var scopes = new Stack<string>(["syntha.v1"]);
        var above = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            var text = line.Trim();
            if (text.StartsWith("//", StringComparison.Ordinal))
            {
                above.Add(text[2..].Trim());
                continue;
            }

            var words = text.Split([' ', '('], StringSplitOptions.RemoveEmptyEntries);
            var name = words switch
            {
                ["message" or "enum" or "service" or "oneof" or "rpc", var block, ..] => block,
                [.., "=", var number] when number.EndsWith(';') && words.Length >= 3 => words[^3],
                _ => null,
            };
            if (name is not null && above.Count > 0)
            {
                comments[$"{scopes.Peek()}.{name}"] = [.. above];
            }

            if (text.EndsWith('{'))
            {
                // The fields of a oneof belong to its message.
                scopes.Push(words[0] is "oneof" || name is null ? scopes.Peek() : $"{scopes.Peek()}.{name}");
            }
            else if (text is "}" or "};")
            {
                scopes.Pop();
            }

            above.Clear();
        }
    }
}
