using System.Text.Json;
using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>Patches and commits: see <see cref="ClientCalls"/>.</summary>
internal static class CommitCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static async Task<JsonObject> PatchAsync(ContextMesh mesh, Given given) =>
        Telling(await mesh.PatchAsync(Patch(given).Key, PatchOf(Patch(given)), OptionsOf(given, given.AgentName), Token));

    internal static async Task<JsonObject> PatchAsAgentAsync(ContextMesh mesh, Given given) => Telling(
        await mesh.ForAgent(given.AgentName!).PatchContextAsync(
            Patch(given).Key, PatchOf(Patch(given)), OptionsOf(given, agentName: null), Token));

    internal static async Task<JsonObject> CommitAsync(ContextMesh mesh, Given given) =>
        Telling(await mesh.CommitAsync(OperationsOf(given), CommitOptionsOf(given, given.AgentName), Token));

    internal static async Task<JsonObject> CommitAsAgentAsync(ContextMesh mesh, Given given) => Telling(
        await mesh.ForAgent(given.AgentName!).CommitContextAsync(OperationsOf(given), CommitOptionsOf(given, agentName: null), Token));

    private static Given Patch(Given given) => given.Find("patch")!;

    private static PatchOptions OptionsOf(Given given, string? agentName) =>
        new()
        {
            AgentName = agentName,
            RequestId = given.RequestId,
            IfRevision = Patch(given).IfRevision,
            IfClaim = given.Token("ifClaim"),
        };

    private static CommitOptions CommitOptionsOf(Given given, string? agentName) => new()
    {
        AgentName = agentName,
        RequestId = given.RequestId,
        Guards = given.Each("guards").Select(guard => guard.Find("ifRevision")).OfType<Given>()
            .ToDictionary(guard => guard.Key, guard => guard.Number("revision") ?? 0),
        IfClaim = given.Each("guards").Select(guard => guard.Token("ifClaim")).SingleOrDefault(token => token is not null),
    };

    private static IEnumerable<CommitOperation> OperationsOf(Given given) => given.Each("operations").Select(operation =>
        operation.Find("push") is { } push ? CommitOperation.Push(push.Entry)
        : operation.Find("patch") is { } patch ? CommitOperation.Patch(patch.Key, PatchOf(patch), patch.IfRevision)
        : operation.Find("remove") is { } removal ? CommitOperation.Remove(removal.Key, removal.IfRevision)
        : operation.Find("claim") is { } claim ? CommitOperation.Claim(claim.Text("name")!, claim.Seconds("lease"), claim.Topics)
        : operation.Find("release") is { } release ? CommitOperation.Release(release.Token("token")!)
        : CommitOperation.SetTopics(operation.Find("topics")!.AgentName!, operation.Find("topics")!.Topics));

    private static ValuePatch PatchOf(Given patch) =>
        patch.Text("operationsJson") is { } operations ? ValuePatch.Operations(operations)
        : patch.Value("mergeJson") is { } merge ? ValuePatch.Merge(merge)
        : patch.Find("increment") is { } increment ? IncrementOf(increment)
        : patch.Find("append") is { } append ? ValuePatch.Append(ValuesOf(append), PointerOf(append), append.Count("maxLength"))
        : patch.Find("prepend") is { } prepend ? ValuePatch.Prepend(ValuesOf(prepend), PointerOf(prepend), prepend.Count("maxLength"))
        : patch.Find("add") is { } add ? ValuePatch.Add(ValuesOf(add), PointerOf(add))
        : ValuePatch.Subtract(ValuesOf(patch.Find("subtract")!), PointerOf(patch.Find("subtract")!));

    private static ValuePatch IncrementOf(Given increment) => increment.Number("integer") is { } integer
        ? ValuePatch.Increment(integer, PointerOf(increment))
        : ValuePatch.IncrementBy(increment.Fraction("number")!.Value, PointerOf(increment));

    private static string PointerOf(Given change) => change.Text("pointer") ?? string.Empty;

    private static JsonElement.ArrayEnumerator ValuesOf(Given change) => change.Value("valuesJson")!.Value.EnumerateArray();

    private static JsonObject Telling(PatchReceipt receipt) => new()
    {
        ["position"] = Conformance.Telling.Of(receipt.Position),
        ["replayed"] = receipt.Replayed,
        ["resultJson"] = receipt.Result?.GetRawText(),
    };

    private static JsonObject Telling(CommitReceipt receipt) => new()
    {
        ["position"] = Conformance.Telling.Of(receipt.Position),
        ["replayed"] = receipt.Replayed,
        ["results"] = new JsonArray([.. receipt.Results.Select(result => new JsonObject
        {
            ["removed"] = result.Removed,
            ["resultJson"] = result.Result?.GetRawText(),
            ["claim"] = result.Claim is null ? null : Conformance.Telling.Of(result.Claim),
        })]),
    };
}
