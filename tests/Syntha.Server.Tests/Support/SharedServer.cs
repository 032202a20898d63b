using Syntha.Tests.Support;

[assembly: AssemblyFixture(typeof(Syntha.Server.Tests.Support.SharedServer))]

namespace Syntha.Server.Tests.Support;

/// <summary>One server for all tests that need none of their own; a fresh user isolates them. It outlives them, and the database outlives it.</summary>
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
            // Not before: a server whose database is gone says so in its log, and a health check comes by every 30 seconds.
            await PostgresCluster.StopSharedAsync();
        }
    }
}
