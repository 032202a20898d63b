using Syntha.Benchmarks.Fairness.Attacks;

namespace Syntha.Benchmarks.Fairness;

/// <summary>One attack on the time and memory of others.</summary>
/// <param name="Name">Its name on the command line of <see cref="AttackProgram"/>.</param>
/// <param name="Text">What the attacker does, for the table.</param>
/// <param name="Credential">What the attacker holds.</param>
/// <param name="PrepareAsync">Fills the attacker's mesh. It is not measured.</param>
/// <param name="RunAsync">Attacks until it is cancelled.</param>
internal sealed record AttackKind(
    string Name,
    string Text,
    Credential Credential,
    Func<Attacker, CancellationToken, Task> PrepareAsync,
    Func<Attacker, CancellationToken, Task> RunAsync)
{
    public static readonly IReadOnlyList<AttackKind> All =
    [
        new("globs", "64 lists at once by the worst glob, over 1,000 long keys", Credential.User,
            CostlyReads.LongKeysAsync, CostlyReads.GlobsAsync),
        new("streams", "100 streams by such globs, snapshots by them, and pushes of 500 keys", Credential.User,
            CostlyReads.LongKeysAsync, CostlyStreams.GlobsAsync),
        new("snapshots", "100 snapshots of 16 MB that are not read, while their items are rewritten", Credential.User,
            CostlyStreams.LargeItemsAsync, CostlyStreams.StalledAsync),
        new("prompts", "32 prompts at once of everything, with values of 1 MB nested 60 deep", Credential.User,
            CostlyReads.NestedItemsAsync, CostlyReads.PromptsAsync),
        new("outcomes", "64 calls at once: outcomes of 60 KB, lists and sums of them", Credential.User,
            CostlyReads.OutcomesAsync, CostlyReads.OutcomeCallsAsync),
        new("topics", "64 statistics and lists at once of an agent with 500 topics, over 1,000 items with 400", Credential.User,
            CostlyReads.TopicsAsync, CostlyReads.TopicCallsAsync),
        new("pushes", "1,000 pushes of 3 MB at once", Credential.User, Nothing, Floods.LargePushesAsync),
        new("imports", "16 imports and exports at once of 30 MB, by an operator's key", Credential.Operator,
            Transfers.PrepareAsync, Transfers.RunAsync),
        new("resets", "calls that are reset at once, on 20 connections", Credential.User, Nothing, Floods.ResetsAsync),
        new("flood", "calls beyond the rate, 64 at once", Credential.User, Nothing, Floods.BeyondTheRateAsync),
        new("refusals", "calls with a wrong key, on 20 connections", Credential.None, Nothing, Strangers.RefusedCallsAsync),
        new("watches", "health checks and watches, on 100 connections", Credential.None, Nothing, Strangers.WatchesAsync),
        new("bodies", "bodies of 3 MB and bodies that never end, on 300 connections", Credential.None, Nothing, Strangers.BodiesAsync),
        new("half-open", "connections that end within a frame, 300 at once", Credential.None, Nothing, Strangers.HalfOpenAsync),
        new("stranger-resets", "calls that are reset at once, on 20 connections", Credential.None, Nothing, Strangers.ResetsAsync),
        new("strangers", "all of these without a credential at once", Credential.None, Nothing, Strangers.EverythingAsync),
    ];

    /// <summary>The name of what is no attack: cancelled calls and a stop, see <see cref="HeldWork"/>.</summary>
    public const string Held = "held-work";

    public bool HasCredential => Credential != Credential.None;

    private static Task Nothing(Attacker attacker, CancellationToken cancellationToken) => Task.CompletedTask;
}
