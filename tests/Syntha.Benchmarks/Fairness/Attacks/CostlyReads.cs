using Google.Protobuf.WellKnownTypes;
using Syntha.V1;

namespace Syntha.Benchmarks.Fairness.Attacks;

/// <summary>Reads that cost the most for the least.</summary>
internal static class CostlyReads
{
    public const int LongKeys = 1_000;
    private const int KeyLength = 4_000;
    private const int NestedBytes = 1_000_000;
    private const int NestedLevels = 60;
    private const int OutcomeBytes = 60_000;
    private const string Agent = "many-topics";

    /// <summary>The longest glob, whose stars each may stand for almost all of a long key.</summary>
    public static string WorstGlob(int number) => string.Concat(Enumerable.Repeat("*a", 510)) + $"*{(char)('b' + (number % 20))}";

    public static IEnumerable<ItemWrite> LongItems(int from, int count) => Enumerable.Range(from, count)
        .Select(number => new ItemWrite { Key = $"{new string('a', KeyLength)}{number:D6}", ValueJson = "1" });

    public static Task LongKeysAsync(Attacker attacker, CancellationToken cancellationToken) =>
        attacker.FillAsync(500, LongItems(0, LongKeys), cancellationToken);

    public static Task GlobsAsync(Attacker attacker, CancellationToken cancellationToken) => attacker.RepeatAsync(
        64,
        number => attacker.Mesh.ListAsync(
            new() { PageSize = 1_000, Filter = new() { KeyGlob = WorstGlob(number) } }, attacker.Call(cancellationToken)).ResponseAsync,
        cancellationToken);

    public static Task NestedItemsAsync(Attacker attacker, CancellationToken cancellationToken)
    {
        var inner = string.Join(',', Enumerable.Repeat('1', (NestedBytes - (2 * NestedLevels)) / 2));
        var value = new string('[', NestedLevels) + inner + new string(']', NestedLevels);
        return attacker.FillAsync(
            2, Enumerable.Range(0, 20).Select(number => new ItemWrite { Key = $"n{number}", ValueJson = value }), cancellationToken);
    }

    public static Task PromptsAsync(Attacker attacker, CancellationToken cancellationToken) => attacker.RepeatAsync(
        32,
        // A prompt with an age is not kept, so each call costs all.
        number => attacker.Mesh.BuildPromptAsync(
            new() { Spec = new() { System = new(), MaxAge = Duration.FromTimeSpan(TimeSpan.FromDays(1 + number)) } },
            attacker.Call(cancellationToken)).ResponseAsync,
        cancellationToken);

    public static async Task OutcomesAsync(Attacker attacker, CancellationToken cancellationToken)
    {
        for (var number = 0; number < 150; number++)
        {
            await Attacker.InsistAsync(() => LogAsync(attacker, cancellationToken), cancellationToken);
        }
    }

    public static Task OutcomeCallsAsync(Attacker attacker, CancellationToken cancellationToken) => attacker.RepeatAsync(
        64,
        number => (number % 4) switch
        {
            0 => LogAsync(attacker, cancellationToken),
            1 => attacker.Mesh.GetOutcomeMetricsAsync(new(), attacker.Call(cancellationToken)).ResponseAsync,
            _ => attacker.Mesh.ListOutcomesAsync(new() { PageSize = 1_000 }, attacker.Call(cancellationToken)).ResponseAsync,
        },
        cancellationToken);

    public static async Task TopicsAsync(Attacker attacker, CancellationToken cancellationToken)
    {
        await Attacker.InsistAsync(
            () => attacker.Mesh.RegisterAgentTopicsAsync(
                new() { Agent = Agent, Topics = { Enumerable.Range(0, 500).Select(number => $"s{number}") } },
                attacker.Call(cancellationToken)).ResponseAsync,
            cancellationToken);
        var topics = Enumerable.Range(0, 400).Select(number => $"t{number}").ToList();
        await attacker.FillAsync(
            100,
            Enumerable.Range(0, 1_000).Select(number => new ItemWrite { Key = $"k{number}", ValueJson = "1", Topics = { topics } }),
            cancellationToken);
    }

    public static Task TopicCallsAsync(Attacker attacker, CancellationToken cancellationToken) => attacker.RepeatAsync(
        64,
        number => (number % 3) switch
        {
            0 => attacker.Mesh.GetStatsAsync(new() { AsAgent = Agent }, attacker.Call(cancellationToken)).ResponseAsync,
            1 => attacker.Mesh.ListTopicsAsync(new() { AsAgent = Agent }, attacker.Call(cancellationToken)).ResponseAsync,
            _ => attacker.Mesh.ListAsync(
                new() { AsAgent = Agent, Filter = new() { KeyGlob = "*x*" } }, attacker.Call(cancellationToken)).ResponseAsync,
        },
        cancellationToken);

    private static Task<LogOutcomeResponse> LogAsync(Attacker attacker, CancellationToken cancellationToken) =>
        attacker.Mesh.LogOutcomeAsync(
            new()
            {
                Agent = "reporter",
                Report = new() { TaskType = "t", Success = true, OutputJson = BenchmarkValue.Of(0, OutcomeBytes) },
            },
            attacker.Call(cancellationToken)).ResponseAsync;
}
