using System.Diagnostics.CodeAnalysis;

namespace Syntha.Mesh.Serving;

/// <summary>Lets one caller in at a time. The others wait without a thread, in the order in which they came. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless one is asked for.")]
internal sealed class OneAtATime
{
    private readonly SemaphoreSlim free = new(1, 1);

    /// <returns>To be disposed when the caller leaves.</returns>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        return new Visit(free);
    }

    private sealed class Visit(SemaphoreSlim free) : IDisposable
    {
        private int hasLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref hasLeft, 1) == 0)
            {
                free.Release();
            }
        }
    }
}
