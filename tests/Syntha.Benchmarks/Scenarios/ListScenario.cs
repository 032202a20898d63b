using System.Diagnostics;
using Syntha.Benchmarks.Results;
using Syntha.V1;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// An agent's List of the 100 items that it may read, among 100,000 that it may not read, against the same among 1,000. The readable items
/// are spread evenly, and every reason for reading an item occurs. The others are routed in both ways.
/// </summary>
internal static class ListScenario
{
    private const int Readable = 100;
    private const int FewUnreadable = 1_000;
    private const int ManyUnreadable = 100_000;
    private const string Reader = "reader";
    private const string Other = "other";
    private const string OpenTopic = "open";
    private const string ClosedTopic = "closed";

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var ours = await run.StartSynthaAsync(run.Scratch.NewPath("list"), cancellationToken);
        using var clients = new MeshClients(ours);
        await FillAsync(clients, FewUnreadable, cancellationToken);
        await FillAsync(clients, ManyUnreadable, cancellationToken);

        var (warmUps, samples) = run.Options.Quick ? (100, 100) : (500, 500);
        var many = new List<double>();
        var few = new List<double>();
        for (var sample = -warmUps; sample < samples; sample++)
        {
            var ofMany = await TimeListAsync(clients, ManyUnreadable, cancellationToken);
            var ofFew = await TimeListAsync(clients, FewUnreadable, cancellationToken);
            if (sample < 0)
            {
                continue;
            }

            many.Add(ofMany);
            few.Add(ofFew);
        }

        run.Add(new(
            $"List of {Readable} readable items among {ManyUnreadable:N0} others",
            Unit.Milliseconds,
            new("many", many),
            new($"among {FewUnreadable:N0}", few),
            Target.RatioAtMost(1.2)));
    }

    private static string UserOf(int unreadable) => $"user-of-{unreadable}";

    private static async Task FillAsync(MeshClients clients, int unreadable, CancellationToken cancellationToken)
    {
        var userId = UserOf(unreadable);
        var options = MeshClients.As(userId, cancellationToken);
        await clients.Mesh.RegisterAgentTopicsAsync(new() { Agent = Reader, Topics = { OpenTopic } }, options);
        await clients.Mesh.RegisterAgentTopicsAsync(new() { Agent = Other, Topics = { ClosedTopic } }, options);

        var stride = (unreadable / Readable) + 1;
        var written = new List<ItemWrite>();
        var others = new List<ItemWrite>();
        for (var number = 0; number < Readable * stride; number++)
        {
            var entry = new ItemWrite { Key = MeshCalls.Key(number), ValueJson = BenchmarkValue.Of(number) };
            var isWrittenByReader = false;
            if (number % stride == 0)
            {
                isWrittenByReader = RouteToReader(entry, number / stride);
            }
            else if (number % 2 == 0)
            {
                entry.Topics.Add(ClosedTopic);
            }
            else
            {
                entry.Subscribers.Add(Other);
            }

            (isWrittenByReader ? written : others).Add(entry);
        }

        await clients.FillAsync(userId, others, cancellationToken);
        await clients.Mesh.PushManyAsync(new() { AsAgent = Reader, Items = { written } }, options);
    }

    /// <summary>Makes the item readable in one of four ways. Returns whether the agent is its author.</summary>
    private static bool RouteToReader(ItemWrite entry, int number)
    {
        switch (number % 4)
        {
            case 0:
                entry.Topics.Add(OpenTopic);
                return false;
            case 1:
                entry.Subscribers.Add(Reader);
                return false;
            case 2:
                return false;
            default:
                entry.Topics.Add(ClosedTopic);
                return true;
        }
    }

    private static async Task<double> TimeListAsync(MeshClients clients, int unreadable, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var items = 0;
        var request = new ListRequest { AsAgent = Reader, PageSize = 1_000 };
        do
        {
            var page = await clients.Mesh.ListAsync(request, MeshClients.As(UserOf(unreadable), cancellationToken));
            items += page.Items.Count;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return items == Readable ? elapsed : throw new BenchmarkException($"List answered {items} items, not {Readable}.");
    }
}
