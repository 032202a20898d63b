using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Syntha.Server.Http;

/// <summary>A path of the HTTP door, and the method of the contract that it calls.</summary>
/// <param name="Verb">The HTTP method.</param>
/// <param name="Path">
/// The path, such as <c>/v1/agents/{agent}/topics</c>. A variable takes one segment; <c>{key}</c> takes the rest of the path.
/// </param>
/// <param name="Method">The method.</param>
/// <param name="Form">How the request and the answer look.</param>
/// <param name="Body">The field that the body fills; the empty text: the body is the whole request. Null: there is no body.</param>
/// <param name="Query">The fields that the query may fill. Null: all fields that nothing else fills.</param>
internal sealed record Route(
    string Verb, string Path, MethodDescriptor Method, RouteForm Form = RouteForm.Message, string? Body = null, string[]? Query = null)
{
    private static readonly Dictionary<string, string[]> Variables = new(StringComparer.Ordinal)
    {
        ["agent"] = ["as_agent", "agent"],
        ["tool"] = ["name"],
        ["user"] = ["user_id"],
        ["key"] = ["key", "item.key", "patch.key"],
        ["topic"] = ["topic"],
        ["id"] = ["id"],
    };

    private readonly string[] segments = Path.Split('/');
    private Dictionary<string, string>? queryFields;

    public bool HasKeyInPath { get; } = Path.EndsWith("{key}", StringComparison.Ordinal);

    public bool IsAboutOneItem => Form is RouteForm.ReadItem or RouteForm.WriteItem or RouteForm.PatchItem or RouteForm.RemoveItem;

    public bool HasBody => Body is not null || Form is RouteForm.WriteItem or RouteForm.PatchItem;

    /// <summary>The field of the request that a guard in the headers fills. Null: the route takes none.</summary>
    public string? GuardField => Form switch
    {
        RouteForm.WriteItem => "item.if_revision",
        RouteForm.PatchItem => "patch.if_revision",
        RouteForm.RemoveItem => "if_revision",
        _ => null,
    };

    /// <summary>The variables of the path, with the fields that they fill.</summary>
    public IReadOnlyList<(string Name, string Field)> PathFields { get; } =
    [
        .. Path.Split('/').Where(segment => segment.StartsWith('{'))
            .Select(segment => segment[1..segment.IndexOf('}', StringComparison.Ordinal)])
            .Select(name => (name, Variables[name].First(field => MessageFields.Find(Method.InputType, field) is not null))),
    ];

    /// <summary>The parameters of the query, with the fields that they fill.</summary>
    public IReadOnlyDictionary<string, string> QueryFields => queryFields ??= QueryOf(this);

    public IMessage NewRequest() => Method.InputType.Parser.ParseFrom([]);

    /// <summary>Whether the route serves a path, and the texts of its variables, still encoded.</summary>
    public bool Matches(string path, out List<string> values)
    {
        values = [];
        var rest = path.AsSpan();
        for (var index = 0; index < segments.Length; index++)
        {
            var isLast = index == segments.Length - 1;
            if (isLast && HasKeyInPath)
            {
                values.Add(rest.ToString());
                return rest.Length > 0;
            }

            var slash = rest.IndexOf('/');
            if (isLast != (slash < 0))
            {
                return false;
            }

            var segment = slash < 0 ? rest : rest[..slash];
            if (!MatchesSegment(segments[index], segment, values))
            {
                return false;
            }

            rest = slash < 0 ? [] : rest[(slash + 1)..];
        }

        return true;
    }

    private static bool MatchesSegment(string template, ReadOnlySpan<char> segment, List<string> values)
    {
        if (!template.StartsWith('{'))
        {
            return segment.SequenceEqual(template);
        }

        var suffix = template.AsSpan(template.IndexOf('}', StringComparison.Ordinal) + 1);
        if (segment.Length <= suffix.Length || !segment.EndsWith(suffix))
        {
            return false;
        }

        values.Add(segment[..^suffix.Length].ToString());
        return true;
    }

    private static Dictionary<string, string> QueryOf(Route route)
    {
        HashSet<string> taken = new(route.PathFields.Select(field => field.Field), StringComparer.Ordinal)
        {
            "request_id", "if_revision", "item.if_revision", "patch.if_revision",
        };
        var fields = route.Query ?? route.Form switch
        {
            RouteForm.WriteItem => ["as_agent", "item.topics", "item.subscribers", "item.ttl"],
            RouteForm.PatchItem => ["as_agent"],
            RouteForm.Stream => [.. MessageFields.Leaves(route.Method.InputType)
                .Where(field => !field.StartsWith("start", StringComparison.Ordinal))],
            _ when route.Body == "" => ["as_agent"],
            _ => [.. MessageFields.Leaves(route.Method.InputType)
                .Where(field => route.Body is null || field.Split('.')[0] != route.Body)],
        };
        if (route.IsAboutOneItem && !route.HasKeyInPath)
        {
            fields = [route.Form == RouteForm.WriteItem ? "item.key" : route.Form == RouteForm.PatchItem ? "patch.key" : "key", .. fields];
        }

        return fields.Where(field => MessageFields.Find(route.Method.InputType, field) is not null && !taken.Contains(field)).Distinct()
            .ToDictionary(field => field.Split('.')[^1], StringComparer.Ordinal);
    }
}
