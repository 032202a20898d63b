using System.Text.Json.Nodes;

using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>
/// Holds this client to <c>tests/conformance/parity.json</c>, which says for each call of the contract which method of each client makes
/// it. The other clients' tests hold their columns.
/// </summary>
public sealed class ParityTests
{
    private const string Column = "dotnet";

    private static readonly IReadOnlyList<JsonObject> Rows = Read();

    [Fact]
    public void Table_AgainstTheContract_HasEachCallOnce() => Assert.Equal(
        Contract.Methods.Select(method => $"{method.Service.Name}/{method.Name}").Order(StringComparer.Ordinal),
        Rows.Select(row => (string)row["rpc"]!).Order(StringComparer.Ordinal));

    [Fact]
    public void Table_AgainstThisClient_NamesPublicMethods()
    {
        var missing = Rows.Where(row => !IsPublicMethod((string?)row[Column])).Select(row => $"{row["rpc"]}: {row[Column]}");

        Assert.Empty(missing);
    }

    private static bool IsPublicMethod(string? name) =>
        name?.Split('.') is [var type, var method]
        && typeof(SynthaClient).Assembly.GetType($"{typeof(SynthaClient).Namespace}.{type}") is { IsPublic: true } found
        && Array.Exists(found.GetMethods(), known => known.Name == method);

    private static IReadOnlyList<JsonObject> Read()
    {
        using var stream = typeof(ParityTests).Assembly.GetManifestResourceStream("parity")!;
        return [.. JsonNode.Parse(stream)!["methods"]!.AsArray().Select(row => row!.AsObject())];
    }
}
