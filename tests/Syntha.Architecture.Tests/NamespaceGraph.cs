using System.Reflection;

namespace Syntha.Architecture.Tests;

/// <summary>Which namespaces of a project use which others, and by which types.</summary>
internal sealed class NamespaceGraph
{
    private readonly Dictionary<(string From, string To), HashSet<string>> edges = [];

    /// <param name="assembly">The project's assembly.</param>
    /// <param name="folder">The project's folder, for what the compiler leaves no trace of.</param>
    /// <param name="beneath">Another project, whose rooms count where this project uses them. Null: none.</param>
    public NamespaceGraph(Assembly assembly, string folder, Assembly? beneath = null)
    {
        var own = TypesOf(assembly);
        var types = beneath is null ? own : [.. own, .. TypesOf(beneath)];
        foreach (var type in own)
        {
            foreach (var used in TypeReferences.Of(type).Where(used => used.Assembly == assembly || used.Assembly == beneath))
            {
                Add(type.Namespace!, Outermost(type).Name, used);
            }
        }

        foreach (var (from, file, used) in ConstantReferences.In(folder, types))
        {
            Add(from, file, used);
        }
    }

    /// <summary>The namespaces of each circle. One namespace belongs to one circle at most.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Circles()
    {
        var names = edges.Keys.SelectMany(edge => (string[])[edge.From, edge.To]).Distinct().Order(StringComparer.Ordinal).ToList();
        var reached = names.ToDictionary(name => name, Reach);
        return [.. names
            .Where(name => reached[name].Contains(name))
            .GroupBy(name => string.Join(' ', reached[name].Where(other => reached[other].Contains(name)).Order(StringComparer.Ordinal)))
            .Select(circle => circle.ToList())];
    }

    /// <summary>The namespaces that a namespace uses, in their order.</summary>
    public IEnumerable<string> UsedBy(string name) =>
        edges.Keys.Where(edge => edge.From == name).Select(edge => edge.To).Order(StringComparer.Ordinal);

    /// <summary>The edges within a circle, those of the fewest uses first: one of them is where the circle is best opened.</summary>
    public string Describe(IReadOnlyList<string> circle)
    {
        var within = edges
            .Where(edge => circle.Contains(edge.Key.From) && circle.Contains(edge.Key.To))
            .OrderBy(edge => edge.Value.Count)
            .Take(8)
            .Select(edge => $"  {edge.Key.From} -> {edge.Key.To}: {string.Join(", ", edge.Value.Order(StringComparer.Ordinal).Take(6))}");
        return $"A circle of {string.Join(", ", circle)}; its weakest edges:\n{string.Join('\n', within)}";
    }

    private static List<Type> TypesOf(Assembly assembly) =>
        [.. assembly.GetTypes().Where(type => type.Namespace?.StartsWith("Syntha", StringComparison.Ordinal) == true)];

    private void Add(string from, string user, Type used)
    {
        var to = used.Namespace;
        if (to is null || to == from || !to.StartsWith("Syntha", StringComparison.Ordinal))
        {
            return;
        }

        if (!edges.TryGetValue((from, to), out var uses))
        {
            edges[(from, to)] = uses = [];
        }

        uses.Add($"{user} -> {Outermost(used).Name}");
    }

    private HashSet<string> Reach(string start)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([start]);
        while (open.TryPop(out var name))
        {
            foreach (var (_, to) in edges.Keys.Where(edge => edge.From == name))
            {
                if (reached.Add(to))
                {
                    open.Push(to);
                }
            }
        }
        return reached;
    }

    private static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type;
    }
}
