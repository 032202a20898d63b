using Syntha.Tests.Support;

[assembly: AssemblyFixture(typeof(Syntha.Storage.Tests.Support.ClusterFixture))]

namespace Syntha.Storage.Tests.Support;

/// <summary>Stops the program's PostgreSQL, if a test has started it.</summary>
public sealed class ClusterFixture : IAsyncDisposable
{
    public ValueTask DisposeAsync() => PostgresCluster.StopSharedAsync();
}
