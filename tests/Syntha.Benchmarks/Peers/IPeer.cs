using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Peers;

/// <summary>A running server of the comparison. It is asked in its own protocol, and stopped by its process id.</summary>
internal interface IPeer : IAsyncDisposable
{
    ServerProcess Server { get; }

    /// <summary>Writes one item, and confirms that a read answers its value.</summary>
    Task ConfirmAsync(CancellationToken cancellationToken);

    /// <summary>Reads one item this often.</summary>
    Task<LoadResult> GetAsync(LoadShape shape, int calls, CancellationToken cancellationToken);

    /// <summary>Writes one item this often. The server answers each write when it is durable, as far as its settings allow.</summary>
    Task<LoadResult> PutAsync(LoadShape shape, int calls, CancellationToken cancellationToken);

    /// <summary>Writes this many items with values of this length.</summary>
    Task FillAsync(int items, int valueBytes, CancellationToken cancellationToken);
}
