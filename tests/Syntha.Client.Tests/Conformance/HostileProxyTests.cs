using System.Globalization;

using Syntha.Client.Tests.RealServer;
using Syntha.Hostile;

namespace Syntha.Client.Tests.Conformance;

/// <summary>
/// The scenario of <c>tests/conformance/README.md</c>, "The hostile proxy": nothing is lost, nothing happens twice, and every failure has a
/// type that tells the request id.
/// </summary>
public sealed class HostileProxyTests(SharedServer shared, ITestOutputHelper output)
{
    private const string CutsVariable = "SYNTHA_HOSTILE_CUTS";
    private const int FewCuts = 60;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PushesAndAStream_ThroughAHostileProxy_LoseNothingAndRepeatNothing()
    {
        var cuts = Environment.GetEnvironmentVariable(CutsVariable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : FewCuts;
        await using var proxy = await HostileProxy.StartAsync(shared.Server.Address, seed: 1, cuts);
        await using var client = new SynthaClient(new SynthaClientOptions
        {
            Address = proxy.Address,
            ConnectTimeout = TimeSpan.FromMilliseconds(200),
            RetryDelay = TimeSpan.FromMilliseconds(1),
            MaxRetryDelay = TimeSpan.FromMilliseconds(20),
            MaxAttempts = 3,
        });
        var user = $"user{Guid.NewGuid():N}";
        var mesh = client.ForUser(user);
        var seen = new List<long>();
        var last = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var served = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var following = FollowAsync(mesh, seen, served, last.Task);
        await await Task.WhenAny(served.Task, following).WaitAsync(Token);

        var (pushes, failures) = (0, 0);
        while (proxy.Plan.Done < cuts)
        {
            failures += await PushAsync(mesh, $"k{pushes}", pushes);
            pushes++;
        }

        failures += await PushAsync(mesh, $"k{pushes}", pushes);
        pushes++;
        last.SetResult(pushes);
        await following;

        output.WriteLine($"{cuts} mischiefs, {pushes} pushes, {failures} failures that the caller saw");
        var direct = shared.Server.Client.ForUser(user);
        Assert.Equal(pushes, (await direct.GetStatsAsync(cancellationToken: Token)).Position.Revision);
        for (var number = 0; number < pushes; number++)
        {
            Assert.Equal(number, await direct.GetAsync<int>($"k{number}", cancellationToken: Token));
        }

        Assert.Equal(Enumerable.Range(1, pushes).Select(revision => (long)revision), seen);
    }

    // The guard would refuse a push that is carried out twice.
    private static async Task<int> PushAsync(ContextMesh mesh, string key, int number)
    {
        Guid? requestId = null;
        for (var failures = 0; ; failures++)
        {
            try
            {
                await mesh.PushAsync(key, number, new() { IfRevision = 0, RequestId = requestId }, Token);
                return failures;
            }
            catch (SynthaUnavailableException unknown)
            {
                Assert.NotNull(unknown.RequestId);
                requestId = unknown.RequestId;
            }
        }
    }

    private static async Task FollowAsync(ContextMesh mesh, List<long> seen, TaskCompletionSource served, Task<long> last)
    {
        await foreach (var contextEvent in mesh.SubscribeAsync(new() { Heartbeat = TimeSpan.FromSeconds(1) }, cancellationToken: Token))
        {
            if (contextEvent is ContextEvent.Established)
            {
                served.TrySetResult();
            }
            else if (contextEvent is ContextEvent.Committed committed)
            {
                seen.Add(committed.Revision);
            }

            if (last.IsCompletedSuccessfully && contextEvent.Through?.Revision >= await last)
            {
                return;
            }
        }
    }
}
