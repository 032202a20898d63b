using Syntha.Tests.Support;

[assembly: AssemblyFixture(typeof(Syntha.Server.Tests.Support.SharedServer))]

namespace Syntha.Server.Tests.Support;

/// <summary>
/// One server for all tests that need no server of their own. A fresh user isolates each test. The server outlives the tests, and the
/// database outlives the server.
/// </summary>
public sealed class SharedServer : TestServer
{
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            // Not earlier: a server without its database says so in its log, and a health check comes every 30 seconds.
            await PostgresCluster.StopSharedAsync();
        }
    }
}
