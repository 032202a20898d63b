namespace Syntha.Mesh.Tests.Moving;

/// <summary>Forged exports: an import refuses what a push would refuse.</summary>
public sealed class ImportTests
{
    public static TheoryData<string, string[]> Hostile { get; } = new()
    {
        { "no lines", [] },
        { "no header", [Exports.Item()] },
        { "two headers", [Exports.Header(), Exports.Header()] },
        { "another format", [Exports.Header(format: "other")] },
        { "a newer version", [Exports.Header(version: 2)] },
        { "a revision below 0", [Exports.Header(revision: -1)] },
        { "a revision that no store keeps", [Exports.Header(revision: long.MaxValue)] },
        { "no JSON", [Exports.Header(), "item"] },
        { "null", [Exports.Header(), "null"] },
        { "an empty line", [Exports.Header(), ""] },
        { "a line of an unknown kind", [Exports.Header(), "{\"table\":{}}"] },
        { "a line of two kinds", [Exports.Header(), Exports.Item()[..^1] + "," + Exports.Agent()[1..]] },
        { "an unknown field", [Exports.Header(), Exports.Item(more: ",\"sql\":\"DROP TABLE changes\"")] },
        { "a key twice", [Exports.Header(), Exports.Item(revision: 1), Exports.Item(revision: 2)] },
        { "a place twice", [Exports.Header(), Exports.Item("a"), Exports.Item("b")] },
        { "places out of their order", [Exports.Header(), Exports.Item("a", revision: 2), Exports.Item("b", revision: 1)] },
        { "a place beyond the revision", [Exports.Header(), Exports.Item(revision: 10)] },
        { "a place at revision 0", [Exports.Header(), Exports.Item(revision: 0)] },
        { "an index below 0", [Exports.Header(), Exports.Item(index: -1)] },
        { "an index that no store keeps", [Exports.Header(), Exports.Item(index: 1 << 24)] },
        { "a key with U+0000", [Exports.Header(), Exports.Item("\\u0000")] },
        { "a key with half a surrogate pair", [Exports.Header(), Exports.Item("\\ud800")] },
        { "a key that is too long", [Exports.Header(), Exports.Item(new string('k', 4097))] },
        { "a value that is no JSON", [Exports.Header(), Exports.Item(value: "{")] },
        { "a value with a name twice", [Exports.Header(), Exports.Item(value: "{\\\"a\\\":1,\\\"a\\\":2}")] },
        { "a value with a number that no reader can hold", [Exports.Header(), Exports.Item(value: "1e999")] },
        { "a value with half a surrogate pair", [Exports.Header(), Exports.Item(value: "\\\"\\\\ud83d\\\"")] },
        { "a topic with half a surrogate pair", [Exports.Header(), Exports.Item(more: ",\"topics\":[\"\\ud83d\"]")] },
        {
            "metadata with half a surrogate pair",
            [Exports.Header(), Exports.Item(more: ",\"metadata_json\":\"{\\\"a\\\":\\\"\\\\ud83d\\\"}\"")]
        },
        { "a value that is too large", [Exports.Header(), Exports.Item(value: $"\\\"{new string('v', 1280 * 1024)}\\\"")] },
        { "metadata that is no object", [Exports.Header(), Exports.Item(more: ",\"metadata_json\":\"1\"")] },
        { "an empty author", [Exports.Header(), Exports.Item(more: ",\"author\":\"\"")] },
        { "an empty topic", [Exports.Header(), Exports.Item(more: ",\"topics\":[\"\"]")] },
        { "a topic of null", [Exports.Header(), Exports.Item(more: ",\"topics\":[null]")] },
        { "an empty subscriber", [Exports.Header(), Exports.Item(more: ",\"subscribers\":[\"\"]")] },
        { "an agent twice", [Exports.Header(), Exports.Agent(), Exports.Agent()] },
        { "an agent without a name", [Exports.Header(), Exports.Agent("")] },
        { "an agent of which nothing is stored", [Exports.Header(), "{\"agent\":{\"name\":\"a\",\"subscriptions\":[]}}"] },
        { "a topic twice of one agent", [Exports.Header(), Exports.Agent(more: ",{\"topic\":\"t\",\"revision\":1,\"index\":1}")] },
        { "an unknown tool", [Exports.Header(), Access("\"denied\":[\"format_disk\"]")] },
        { "a tool of null", [Exports.Header(), Access("\"allowed\":[null]")] },
        {
            "a predefined role with tools of its own",
            [Exports.Header(), Access("\"role\":\"readonly\",\"role_tools\":[\"push_context\"]")]
        },
        { "access that says nothing", [Exports.Header(), Access("")] },
        { "an agent's subscription of null", [Exports.Header(), Exports.Agent(more: ",null")] },
    };

    public static TheoryData<string, string[]> OfOthers { get; } = new()
    {
        { "another user", [Exports.Header("bob")] },
        { "another user by case", [Exports.Header("Alice")] },
    };

    [Theory]
    [MemberData(nameof(OfOthers))]
    public async Task Import_ExportOfAnotherUser_IsRefusedUnlessThatIsAllowed(string what, string[] lines)
    {
        var refusal = await Exports.RefusedAsync(Exports.ImportAsync(Exports.Whole(lines)), ErrorReason.ExportUserMismatch);

        Assert.True(refusal.Message.Length > 0, what);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Import_WhatNoExportHolds_IsRefusedAlsoWithARightChecksum(string what, string[] lines)
    {
        var refusal = await Exports.RefusedAsync(Exports.ImportAsync(Exports.Whole(lines)));

        Assert.True(refusal.Message.Length > 0, what);
        Assert.DoesNotContain("DROP", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OfAllThatMayBeThere_IsTaken()
    {
        var (agents, items) = await Exports.ImportAsync(Exports.Whole(
            Exports.Header(), Exports.Agent(), Access("\"denied\":[\"push_context\"]"), Exports.Item(),
            Exports.Item("l", revision: 9, more: ",\"metadata_json\":\"{}\",\"author\":\"a\",\"topics\":[\"t\"]," +
                "\"subscribers\":[\"b\"],\"expires_at\":\"2027-01-01T00:00:00Z\"")));

        Assert.Equal(["k", "l"], items.Select(item => item.Key.Value));
        Assert.Equal(["a", "accessing"], agents.Select(agent => agent.Name.Value));
    }

    private static string Access(string access) =>
        $"{{\"agent\":{{\"name\":\"accessing\",\"subscriptions\":[],\"access\":{{{access}}}}}}}";

    [Fact]
    public async Task Import_OfAnotherUser_IsTakenWhereThatWasSaid() =>
        Assert.Single((await Exports.ImportAsync(Exports.Whole(Exports.Header("bob"), Exports.Item()), allowsOtherUser: true)).Items);

    [Fact]
    public async Task Import_WithMoreAfterItsTrailer_IsRefused() =>
        await Exports.RefusedAsync(Exports.ImportAsync(Exports.Whole(Exports.Header()) + Exports.Item() + "\n"));

    [Fact]
    public async Task Import_OfALineWithoutEnd_IsRefusedBeforeItIsKept()
    {
        var endless = Exports.Header() + "\n{\"item\":" + new string(' ', 9 * 1024 * 1024);

        await Exports.RefusedAsync(Exports.ImportAsync(endless, pieceBytes: 1024 * 1024));
    }

    [Fact]
    public async Task Import_BeyondAQuota_IsRefusedByItsName()
    {
        var export = Exports.Whole(
            Exports.Header(), Exports.Agent("a", "t"), Exports.Agent("b", "t"), Exports.Item("k", more: ",\"topics\":[\"u\"]"),
            Exports.Item("l", revision: 2));

        await Exports.RefusedAsync(Exports.ImportAsync(export, quotas: TestMesh.NoQuotas with { MaxItems = 1 }), ErrorReason.QuotaItems);
        await Exports.RefusedAsync(Exports.ImportAsync(export, quotas: TestMesh.NoQuotas with { MaxBytes = 4 }), ErrorReason.QuotaBytes);
        await Exports.RefusedAsync(Exports.ImportAsync(export, quotas: TestMesh.NoQuotas with { MaxAgents = 1 }), ErrorReason.QuotaAgents);
        await Exports.RefusedAsync(Exports.ImportAsync(export, quotas: TestMesh.NoQuotas with { MaxTopics = 1 }), ErrorReason.QuotaTopics);
        await Exports.ImportAsync(export, quotas: new() { MaxItems = 2, MaxBytes = 5, MaxAgents = 2, MaxTopics = 2 });
    }
}
