using Google.Protobuf;
using Grpc.Core;
using Syntha.Tests.Support;
using Syntha.V1;

namespace Syntha.Benchmarks.Fairness.Attacks;

/// <summary>Streams that cost much to serve, or that keep much in memory.</summary>
internal static class CostlyStreams
{
    private const int Streams = 100;
    private const int LargeItems = 16;
    private const int LargeBytes = 1_000_000;
    private static readonly TimeSpan BriefStream = TimeSpan.FromMilliseconds(50);

    public static Task GlobsAsync(Attacker attacker, CancellationToken cancellationToken) => Task.WhenAll(
        attacker.RepeatAsync(
            Streams - 10, number => FollowAsync(attacker, number, new() { Now = new() }, cancellationToken), cancellationToken),
        attacker.RepeatAsync(10, number => FollowBrieflyAsync(attacker, number, cancellationToken), cancellationToken),
        attacker.RepeatAsync(
            1,
            number => attacker.Mesh.PushManyAsync(
                new() { Items = { CostlyReads.LongItems(500 * (number % 2), 500) } }, attacker.Call(cancellationToken)).ResponseAsync,
            cancellationToken));

    public static Task LargeItemsAsync(Attacker attacker, CancellationToken cancellationToken) =>
        attacker.FillAsync(2, Enumerable.Range(0, LargeItems).Select(LargeItem), cancellationToken);

    public static async Task StalledAsync(Attacker attacker, CancellationToken cancellationToken)
    {
        var request = new SubscribeRequest { Start = new() { Snapshot = new() } };
        var stalled = new List<RawConnection>();
        try
        {
            await attacker.RepeatAsync(
                1,
                async number =>
                {
                    if (stalled.Count < Streams)
                    {
                        // A connection for each, because its first bytes fill the window that it grants.
                        var connection = await attacker.ConnectAsync(cancellationToken);
                        stalled.Add(connection);
                        var id = await connection.BeginAsync("/syntha.v1.ContextMesh/Subscribe", attacker.Headers);
                        await connection.SendAsync(id, RawConnection.Framed(request.ToByteArray()), isEnd: true);
                    }

                    await attacker.Mesh.PushAsync(new() { Item = LargeItem(number % LargeItems) }, attacker.Call(cancellationToken));
                },
                cancellationToken);
        }
        finally
        {
            foreach (var connection in stalled)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private static async Task FollowAsync(Attacker attacker, int number, StreamStart start, CancellationToken cancellationToken)
    {
        using var stream = attacker.Mesh.Subscribe(
            new() { Filter = new() { KeyGlob = CostlyReads.WorstGlob(number) }, Start = start }, attacker.Call(cancellationToken));
        await foreach (var message in stream.ResponseStream.ReadAllAsync(cancellationToken))
        {
            if (message.Changes is not null)
            {
                attacker.CountDone();
            }
        }
    }

    private static async Task FollowBrieflyAsync(Attacker attacker, int number, CancellationToken cancellationToken)
    {
        using var brief = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        brief.CancelAfter(BriefStream);
        try
        {
            await FollowAsync(attacker, number, new() { Snapshot = new() }, brief.Token);
        }
        catch (RpcException end) when (end.StatusCode == StatusCode.Cancelled)
        {
            // By this attacker.
        }
    }

    private static ItemWrite LargeItem(int number) =>
        new() { Key = $"large{number}", ValueJson = BenchmarkValue.Of(number, LargeBytes) };
}
