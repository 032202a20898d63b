using Syntha.Client.Testing;
using Syntha.Client.Tests.RealServer;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Syntha.Client.Tests.RealServer;

/// <summary>One real server for all tests that need one. A fresh user in each test isolates them.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private SynthaTestServer? server;

    internal SynthaTestServer Server => server ?? throw new InvalidOperationException("The server has not started.");

    public async ValueTask InitializeAsync() => server = await SynthaTestServer.StartAsync();

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
