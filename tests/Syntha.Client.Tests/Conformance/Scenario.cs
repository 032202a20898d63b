using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>One of the scenarios of <c>tests/conformance</c>. The README there explains them.</summary>
internal sealed record Scenario(string Subject, string Name, IReadOnlyList<JsonObject> Steps)
{
    private const string Folder = "conformance/";

    internal static IReadOnlyDictionary<string, Scenario> All { get; } = Read().ToDictionary(scenario => scenario.ToString());

    public override string ToString() => $"{Subject}: {Name}";

    private static IEnumerable<Scenario> Read()
    {
        var assembly = typeof(Scenario).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var file = JsonNode.Parse(stream)!;
            foreach (var scenario in file["scenarios"]!.AsArray())
            {
                var steps = scenario!["steps"]!.AsArray().Select(step => step!.AsObject());
                yield return new((string)file["subject"]!, (string)scenario["name"]!, [.. steps]);
            }
        }
    }
}
