using Syntha.Mesh.Access;
using Syntha.Mesh.Tests.History;

namespace Syntha.Mesh.Tests.Moving;

/// <summary>An import restores all that was exported, and nothing else.</summary>
public sealed class ExportTests
{
    private readonly TestMesh mesh = new();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public async Task Import_OfAnExport_IsTheMeshItself(int pieceBytes)
    {
        await FillAsync();

        var (agents, items) = await Exports.ImportAsync(Exports.Of(mesh), pieceBytes);

        var state = MeshInside.StateOf(mesh.Mesh);
        Assert.Equal(state.Items.Values.OrderBy(item => item.Place), items);
        Assert.Equal(state.Agents.Values.OrderBy(agent => agent.Name), agents);
    }

    [Fact]
    public async Task Export_HoldsNothingThatIsNotPresent()
    {
        await FillAsync();
        await mesh.DoAllAsync(
            Commands.Push("k", "\"former-canary\""), Commands.Push("k", "2"), Commands.Push("removed-canary"),
            Commands.Remove("removed-canary"),
            Commands.Push("expired-canary", ttl: TimeSpan.Zero), Commands.Push("later-canary", ttl: TimeSpan.FromSeconds(1)));
        var before = Exports.Of(mesh);
        // Expired, whether the log says so already or not.
        var logging = mesh.Store.HoldNextTurn();
        mesh.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("later-canary", before, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", Exports.Of(mesh), StringComparison.Ordinal);
        logging.Release();
        // An item that expires between export and import does not come back.
        Assert.DoesNotContain(
            (await Exports.ImportAsync(before, now: mesh.Clock.GetUtcNow())).Items,
            item => item.Key.Value.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Export_DuringWhichAValueIsRedacted_Fails()
    {
        for (var n = 0; n < 20; n++)
        {
            await mesh.DoAsync(Commands.Push($"{n}", $"\"{new string('x', 100_000)}\""));
        }

        using var pieces = mesh.Mesh.Export(Exports.Alice).GetEnumerator();
        Assert.True(pieces.MoveNext());
        await mesh.RedactAsync("19", Undos.Every);

        Assert.Equal(ErrorReason.StoreBusy, Assert.Throws<MeshException>(() => pieces.MoveNext()).Reason);
        Assert.Equal(19, (await Exports.ImportAsync(Exports.Of(mesh))).Items.Count);
    }

    [Fact]
    public async Task Export_IsOfOneRevision_HoweverSlowlyItIsTaken()
    {
        for (var n = 0; n < 20; n++)
        {
            await mesh.DoAsync(Commands.Push($"{n}", $"\"{new string('x', 100_000)}\""));
        }

        var pieces = new List<byte[]>();
        foreach (var piece in mesh.Mesh.Export(Exports.Alice))
        {
            pieces.Add(piece.ToArray());
            await mesh.DoAsync(Commands.Push($"{pieces.Count}", "\"while it was taken\""));
        }

        Assert.True(pieces.Count > 4);
        Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, 1024 * 1024));
        var (_, items) = await Exports.ImportAsync([.. pieces.SelectMany(piece => piece)]);
        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"{n}"), items.Select(item => item.Key.Value));
        Assert.All(items, item => Assert.Equal(100_002, item.ValueJson.Length));
    }

    [Fact]
    public async Task Import_CutAnywhere_IsRefused()
    {
        await FillAsync();
        var export = Encoding.UTF8.GetBytes(Exports.Of(mesh));

        for (var length = 0; length < export.Length - 1; length++)
        {
            await Exports.RefusedAsync(Exports.ImportAsync(export[..length]));
        }
    }

    [Fact]
    public async Task Import_WithAnyBitChanged_IsRefused()
    {
        await FillAsync();
        var export = Encoding.UTF8.GetBytes(Exports.Of(mesh));

        for (var bit = 0; bit < export.Length * 8; bit += 3)
        {
            var altered = export.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            var refusal = await Assert.ThrowsAsync<MeshException>(() => Exports.ImportAsync(altered));
            // A changed letter of the user's id makes another user's file of it.
            Assert.True(refusal.Reason is ErrorReason.ExportInvalid or ErrorReason.ExportUserMismatch, $"bit {bit}: {refusal.Reason}");
        }
    }

    private async Task FillAsync() => await mesh.DoAllAsync(
        Commands.Register("é", "t", "u"), Commands.Register("b", "u"), Commands.Restrict("b", ["t"], direct: true),
        Commands.Restrict("c", []),
        Access("c", "readonly", [], null, []), Access("d", "own role", ["get_context"], ["get_context", "push_context"], ["push_context"]),
        Access("e", "", [], [], []),
        Commands.PushMany(
            "b",
            Commands.Draft("it's; DROP TABLE changes; --", " {\"a\" :\t1.0e5 ,\r\n \"b\":[ ] } ", ["t"], ["é", "x"]),
            Commands.Draft("😀\u2028", "\"\\u0041\\/\\ud83d\\ude00 <>&'\"", ["t"])),
        Commands.Push("", "9223372036854775807", ttl: TimeSpan.FromDays(2)),
        Commands.Push("k", "1"),
        Commands.Push("k", "[1,2]", by: "é", to: ["b"]));

    private static SetAccess Access(string agent, string role, string[] roleTools, string[]? allowed, string[] denied) =>
        new(AgentName.Parse(agent), AgentAccess.Parse(role, roleTools, allowed, denied));
}
