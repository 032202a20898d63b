using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Syntha.Mesh.Names;
using Syntha.Mesh.Stores;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Storage.Audit;
using Syntha.Storage.Records;

namespace Syntha.Server.Tests.Hosting;

/// <summary>The server's loops outlast every failure. The host would end the server with a loop that ends.</summary>
[Trait("Runs", "Once")]
public sealed class LoopFaultTests
{
    [Fact]
    public async Task RecordMirror_WhoseReadFailsForWantOfMemory_ReadsAgain()
    {
        await using var server = await TestServer.StartAsync();
        // The first read is that of the start.
        var (records, control) = FailingOnce.Around(
            server.Services.GetRequiredService<IServerRecords>(), nameof(IServerRecords.ReadAsync), failing: 2);
        using var mirror = ActivatorUtilities.CreateInstance<RecordMirror>(server.Services, records);

        await mirror.StartAsync(TestContext.Current.CancellationToken);

        Assert.Same(control.Again, await Task.WhenAny(control.Again, mirror.ExecuteTask!));
        await mirror.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task AuditWriter_WhoseReadFailsForWantOfMemory_ReadsAgain()
    {
        await using var server = await TestServer.StartAsync();
        await server.As("alice").PushAsync("k");
        var (stores, control) = FailingOnce.Around(
            server.Services.GetRequiredService<IUserStores>(), nameof(IUserStores.FindAsync), failing: 1);
        var options = Options.Create(new AuditOptions { Interval = TimeSpan.FromMilliseconds(10) });
        var store = server.Services.GetRequiredService<AuditStore>();
        var backlog = new CommitBacklog(stores, store, TimeProvider.System, NullLogger<CommitBacklog>.Instance);
        await using var writer = ActivatorUtilities.CreateInstance<AuditWriter>(
            server.Services, stores, new AuditTrail(options, TimeProvider.System), backlog, "another chain");
        await writer.StartAsync(TestContext.Current.CancellationToken);

        backlog.Add(UserId.Trusted("alice"));

        Assert.Same(control.Again, await Task.WhenAny(control.Again, writer.ExecuteTask!));
        await writer.StopAsync(CancellationToken.None);
    }
}
