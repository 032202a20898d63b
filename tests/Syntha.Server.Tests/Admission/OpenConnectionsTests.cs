using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Syntha.Server.Admission;

namespace Syntha.Server.Tests.Admission;

/// <summary>
/// Which connections give their place among newcomers back, and how many health checks an unproven one may make (attack 35). The time
/// stands still, so no place comes again.
/// </summary>
public sealed class OpenConnectionsTests : IDisposable
{
    private const int Places = 2;

    private readonly FakeTimeProvider time = new();
    private readonly OpenConnections connections;

    public OpenConnectionsTests() =>
        connections = new(Options.Create(new ConnectionOptions { MaxUnproven = Places }), time, new Running());

    public void Dispose() => connections.Dispose();

    [Fact]
    public async Task Connections_ThatAreProven_OrClosedByTheirClientAfterAnAnswer_DoNotWait()
    {
        for (var n = 0; n < 10 * Places; n++)
        {
            Assert.True(IsServed(open => open.TryProve("alice"), out var proven));
            Assert.True(IsServed(open => open.EndCall(1), out var refused));
            await Task.WhenAll(proven, refused).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_WithoutAnAnswer_OrClosedByTheServer_MakeTheirAddressWait(bool isAnswered)
    {
        for (var n = 0; n < Places; n++)
        {
            Assert.True(IsServed(open =>
            {
                if (isAnswered)
                {
                    open.EndCall(1);
                    open.Close("It asks for too much.");
                }
            }, out var ended));
            await ended.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        Assert.False(IsServed(_ => { }, out _));
        Assert.True(IsServed(_ => { }, out _, "10.0.0.2"));
    }

    [Fact]
    public async Task Connection_BeyondTheBound_WaitsUntilTheOldestOfItsAddressHadItsChance()
    {
        var ends = new TaskCompletionSource();
        var held = new List<OpenConnection>();
        var served = 0;
        Open();
        Open();
        // By now there are places again.
        time.Advance(TimeSpan.FromMilliseconds(90));
        var third = Open();
        Assert.Equal(2, served);
        Assert.False(held[0].IsClosedByServer);

        time.Advance(TimeSpan.FromMilliseconds(30));
        await third.Served.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal([true, false, false], held.Select(open => open.IsClosedByServer));

        // The newcomer of another address does not wait for those of this one.
        Assert.True(IsServed(_ => { }, out _, "10.0.0.2"));
        Assert.Equal([true, true, false], held.Select(open => open.IsClosedByServer));
        ends.SetResult();

        (Task Served, Task Ended) Open()
        {
            var got = new TaskCompletionSource();
            return (got.Task, Guarded(
                connection =>
                {
                    held.Add(connection.Features.Get<OpenConnection>()!);
                    served++;
                    got.SetResult();
                    return ends.Task;
                },
                "10.0.0.1"));
        }
    }

    [Fact]
    public void HealthChecks_OfAnUnprovenConnection_AreManyAtOnce_AndThenFiftyASecond()
    {
        Assert.True(IsServed(
            open =>
            {
                Assert.Equal(100, Checks(open));
                time.Advance(TimeSpan.FromSeconds(1));
                Assert.Equal(50, Checks(open));
                Assert.True(open.TryProve("alice"));
                Assert.Equal(1_000, Checks(open));
            },
            out var ended));
        Assert.True(ended.IsCompletedSuccessfully, ended.Exception?.ToString());

        // One after the other, up to the first that is refused.
        static int Checks(OpenConnection open)
        {
            for (var check = 0; check < 1_000; check++)
            {
                if (!open.TryBeginOpen())
                {
                    return check;
                }

                open.EndOpen();
            }

            return 1_000;
        }
    }

    // A connection that does something, and is then closed by its client. False: it waits for its turn.
    private bool IsServed(Action<OpenConnection> work, out Task ended, string from = "10.0.0.1")
    {
        var wasServed = false;
        ended = Guarded(
            connection =>
            {
                wasServed = true;
                work(connection.Features.Get<OpenConnection>()!);
                return Task.CompletedTask;
            },
            from);
        return wasServed;
    }

    private Task Guarded(ConnectionDelegate next, string from)
    {
        var pipe = new Pipe();
        return connections.Guard(next)(new DefaultConnectionContext("a connection")
        {
            RemoteEndPoint = new IPEndPoint(IPAddress.Parse(from), 1),
            Transport = new Duplex(pipe.Reader, pipe.Writer),
        });
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Running : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
