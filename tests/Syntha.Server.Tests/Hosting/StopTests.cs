using System.Net;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Server.Audit;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Hosting;

/// <summary>
/// A server that is told to stop ends the streams that its clients hold open, at once and in order. The time for calls under way is an hour
/// here: a stream that were left to it would hold up the test.
/// </summary>
[Trait("Runs", "Once")]
public sealed class StopTests
{
    [Fact]
    public async Task Terminate_WithEveryKindOfStreamHeld_ExitsWith0_AndTheImportsEntryIsWritten()
    {
        await using var store = await TestStore.CreateAsync();
        await using (var server = await ServerProcess.StartOnAsync(store, "--Server:DrainTimeout=01:00:00"))
        {
            using var channel = GrpcChannel.ForAddress(server.Grpc);
            using var reflection = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
            await reflection.RequestStream.WriteAsync(new() { ListServices = "" });
            Assert.True(await reflection.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            using var watch = new Health.HealthClient(channel).Watch(new());
            Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            using var subscription = server.As("alice").Mesh.Subscribe(new() { Start = new() { Now = new() } });
            Assert.True(await subscription.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            using var tools = server.As("alice").Tools.SubscribeToTopics(
                new() { AsAgent = "Planner", Filter = new() { Topics = { "t" } } });
            Assert.True(await tools.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            // A reader that has stopped to read, in the middle of an export and of a snapshot.
            for (var n = 0; n < 4; n++)
            {
                await server.As("carol").PushAsync($"{n}", $"\"{new string('v', 1_000_000)}\"");
            }

            using var export = server.Administration.ExportUser(new() { UserId = "carol" });
            Assert.True(await export.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            using var snapshot = server.As("carol").Mesh.Subscribe(new() { Start = new() { Snapshot = new() } });
            Assert.True(await snapshot.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            using var web = new GrpcWebHandler(GrpcWebMode.GrpcWebText, new SocketsHttpHandler());
            using var webChannel = GrpcChannel.ForAddress(
                server.Http, new() { HttpHandler = web, HttpVersion = HttpVersion.Version11 });
            using var page = new ContextMesh.ContextMeshClient(webChannel).Subscribe(
                new() { Start = new() { Now = new() } }, new Metadata { { "user-id", "alice" } });
            Assert.True(await page.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            using var import = server.Administration.ImportUser();
            await import.RequestStream.WriteAsync(new() { Header = new() { UserId = "bob" } });
            // A message that never ends, and a connection that says nothing.
            await using var raw = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
            var open = await raw.BeginAsync("/syntha.v1.ContextMesh/Push", ("user-id", "alice"));
            await raw.SendAsync(open, new byte[] { 0, 0, 0, 0, 9 }, isEnd: false);
            await using var silent = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
            // The connection delivers in order: when this call is answered, the server has the import's header.
            await server.Administration.ListUsersAsync(new());

            Assert.Equal(0, await server.TerminateAsync());

            Refusal.Of(ErrorReason.NodeDraining, await Assert.ThrowsAsync<RpcException>(() => import.ResponseAsync));
        }

        await using var again = await TestServer.StartOnAsync(store);
        var entry = Assert.Single(
            (await again.Administration.ListAuditEventsAsync(new() { Method = "Administration/ImportUser" })).Events);
        Assert.Equal((AuditOutcome.Failed, "NODE_DRAINING", "bob"), (entry.Outcome, entry.Refusal.Reason, entry.UserId));
    }

    [Fact]
    public async Task Stop_WhoseTimeIsOver_StillWritesTheTrail()
    {
        await using var store = await TestStore.CreateAsync();
        await using (var server = await TestServer.StartOnAsync(store, "--Audit:Interval=00:01:00"))
        {
            var alice = server.As("alice");
            await alice.PushAsync("private", subscribers: ["Other"]);
            await Assert.ThrowsAsync<RpcException>(() => alice.PushAsync("private", agent: "Planner"));

            await server.Services.GetRequiredService<AuditWriter>().StopAsync(new CancellationToken(canceled: true));
        }

        await using var again = await TestServer.StartOnAsync(store);
        Assert.Contains(
            (await again.Administration.ListAuditEventsAsync(new() { UserId = "alice" })).Events,
            entry => entry.Refusal?.Reason == "KEY_NOT_WRITABLE");
    }

    [Fact]
    public async Task Terminate_WhileItStarts_IsNoFailure()
    {
        // The system's own answer to SIGTERM, before the server has taken it over.
        const int EndedBySignal = 128 + 15;
        using var folder = new ScratchFolder();
        for (var round = 0; round < 5; round++)
        {
            var (code, output) = await ServerProcess.TerminateAtStartAsync(folder.Path);

            Assert.True(code is 0 or EndedBySignal, $"It ended with {code}:\n{output}");
        }
    }

    [Fact]
    public async Task Hangup_IsNoReasonToEnd()
    {
        using var folder = new ScratchFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        await server.As("alice").PushAsync("k");

        await server.SignalAsync("HUP");
        await server.As("alice").PushAsync("k");

        Assert.Equal(0, await server.TerminateAsync());
    }

    [Fact]
    public async Task Server_ThatRuns_WatchesNoFiles()
    {
        using var folder = new ScratchFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        await server.As("alice").PushAsync("k");

        // A machine whose watches are used up (fs.inotify.max_user_instances) starts it as well.
        Assert.DoesNotContain(
            Directory.GetFileSystemEntries($"/proc/{server.Id}/fd").Select(file => new FileInfo(file).LinkTarget),
            target => target?.Contains("inotify", StringComparison.Ordinal) == true);
    }
}
