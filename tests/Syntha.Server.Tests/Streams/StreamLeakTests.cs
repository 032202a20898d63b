namespace Syntha.Server.Tests.Streams;

/// <summary>Measures the memory of the whole program, so no other test may run beside it.</summary>
[Collection(nameof(StreamLeakTests))]
[CollectionDefinition(nameof(StreamLeakTests), DisableParallelization = true)]
public sealed class StreamLeakTests
{
    [Fact]
    public async Task Streams_OpenedAndClosedThousandsOfTimes_LeaveNothingBehind()
    {
        await using var server = await TestServer.StartAsync("--Streams:MaxPerUser=64");
        var alice = server.As("alice");
        for (var n = 0; n < 20; n++)
        {
            await alice.PushAsync($"k{n}");
        }

        await RoundsAsync(500);
        var before = Bytes();
        await RoundsAsync(3_000);
        var after = Bytes();

        // A leak of a kilobyte in each round would be three megabytes.
        Assert.True(after - before < 1_500_000, $"{before} bytes before, {after} after");
        Assert.Equal(21, await alice.PushAsync("last"));

        async Task RoundsAsync(int rounds)
        {
            await Parallel.ForAsync(0, rounds, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, cancellationToken) =>
            {
                // Not recorded, because the record itself would grow.
                using var call = alice.Mesh.Subscribe(
                    new() { Start = n % 2 == 0 ? new() { Snapshot = new() } : new() }, cancellationToken: cancellationToken);
                for (var read = n % 3; read >= 0; read--)
                {
                    if (n % 2 == 0 || read == n % 3)
                    {
                        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
                    }
                }
            });
            await StreamEndTests.NoStreamsAsync(server, 0, "alice");
        }

        static long Bytes()
        {
            for (var n = 0; n < 3; n++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            return GC.GetTotalMemory(forceFullCollection: true);
        }
    }
}
