using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Syntha.Server.Tests.Support;

/// <summary>
/// Agents that wait for one claim, write under its token, and give it back, keep it beyond its lease, or hand it over. They go on through
/// the faults of servers: a wait that breaks is taken up again with the same id.
/// </summary>
/// <param name="userOf">Alice at the server of an attempt, by a number that grows.</param>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless one is asked for.")]
internal sealed class ClaimWorkers(Func<int, TestUser> userOf)
{
    public const string Name = "task";

    private readonly ConcurrentQueue<(long Revision, string Name, long Token)> writes = new();
    private readonly SemaphoreSlim grants = new(0);
    private int lost;

    /// <summary>The acknowledged writes under a token.</summary>
    public IEnumerable<(long Revision, string Name, long Token)> Writes => writes;

    /// <summary>How many writes were refused because the claim was lost.</summary>
    public int Lost => Volatile.Read(ref lost);

    /// <summary>Waits until the claim was given that many times more.</summary>
    public async Task GrantsAsync(int count)
    {
        for (var n = 0; n < count; n++)
        {
            await grants.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public async Task WorkAsync(int worker, CancellationToken done)
    {
        var (agent, attempt) = ($"w{worker}", worker);
        var id = Guid.NewGuid().ToString();
        for (var round = 0; !done.IsCancellationRequested; round++)
        {
            try
            {
                if (await WaitAsync(userOf(attempt), agent, id, done) is not { } token)
                {
                    attempt++;
                    continue;
                }

                id = Guid.NewGuid().ToString();
                grants.Release();
                await UseAsync(userOf(attempt), agent, token, (round + worker) % 5);
            }
            catch (RpcException refused) when (refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason == "CLAIM_LOST")
            {
                Interlocked.Increment(ref lost);
            }
            catch (RpcException failed) when (
                failed.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled)
            {
                // A server that is down answers at once, so ask it less often.
                attempt++;
                await Task.Delay(20, CancellationToken.None);
            }
            catch (Exception gone) when (gone is ObjectDisposedException or OperationCanceledException)
            {
                attempt++;
                await Task.Yield();
            }
        }
    }

    private static async Task<FencingToken?> WaitAsync(TestUser user, string agent, string id, CancellationToken done)
    {
        using var stream = user.Tools.AwaitClaim(
            new()
            {
                AsAgent = agent,
                RequestId = id,
                Claim = new() { Name = Name, Lease = Seconds(1) },
                Grace = Seconds(2),
                Heartbeat = Seconds(1),
            },
            cancellationToken: done);
        while (await stream.ResponseStream.MoveNext(done))
        {
            if (stream.ResponseStream.Current.Held is { } held)
            {
                return held.Token;
            }
        }

        return null;
    }

    private async Task UseAsync(TestUser user, string agent, FencingToken token, int way)
    {
        for (var n = 0; n < 3; n++)
        {
            var written = await user.Tools.PushContextAsync(
                new() { AsAgent = agent, Item = new() { Key = $"{agent}/{n}", ValueJson = "1" }, IfClaim = token });
            writes.Enqueue((written.Position.Revision, Name, token.Position.Revision));
        }

        switch (way)
        {
            case 0:
                // It writes until its lease is over, and then no more.
                while (true)
                {
                    var written = await user.Tools.PushContextAsync(
                        new() { AsAgent = agent, Item = new() { Key = agent, ValueJson = "1" }, IfClaim = token });
                    writes.Enqueue((written.Position.Revision, Name, token.Position.Revision));
                }

            case 1:
                await user.Tools.HandOverClaimAsync(new() { AsAgent = agent, Token = token, ToAgent = "other", Lease = Seconds(1) });
                break;
            case 2:
                await user.Tools.RenewClaimAsync(new() { AsAgent = agent, Token = token });
                await user.Tools.ReleaseClaimAsync(new() { AsAgent = agent, Token = token });
                break;
            default:
                await user.Tools.ReleaseClaimAsync(new() { AsAgent = agent, Token = token });
                break;
        }
    }

    private static Duration Seconds(double seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
}
