using Microsoft.AspNetCore.Connections;

namespace Syntha.Server.Admission;

/// <summary>
/// A connection that is open, its callers, and what it may still do. A connection is unproven until a call on it was admitted. Thread-safe.
/// </summary>
internal sealed class OpenConnection(OpenConnections owner, ConnectionContext connection, int maxCalls, TimeProvider time)
{
    // A client that probes, or that has the wrong key, makes few calls at once, and repeats them with pauses.
    private const int MaxUnprovenCalls = 32;
    private const int UnprovenWaste = 100;
    private const int UnprovenWastePerSecond = 10;
    private const int WastePerSecond = 100;

    private readonly Lock gate = new();
    private volatile bool isProven;
    private int unprovenCalls;
    private double waste;
    private long wasteSeen = time.GetTimestamp();

    /// <summary>The callers whose calls were admitted.</summary>
    public ConnectionCallers Callers { get; } = new();

    public bool IsProven => isProven;

    /// <summary>The connection's place among the unproven ones. Only <see cref="OpenConnections"/> uses it.</summary>
    public LinkedListNode<OpenConnection>? Place { get; set; }

    /// <summary>A call on this connection was admitted.</summary>
    public void Prove()
    {
        if (!isProven)
        {
            isProven = true;
            owner.Proved(this);
        }
    }

    /// <summary>Counts a call whose caller is not known. False: the connection is unproven and has too many of them.</summary>
    public bool TryBegin()
    {
        if (Interlocked.Increment(ref unprovenCalls) <= MaxUnprovenCalls || isProven)
        {
            return true;
        }

        Interlocked.Decrement(ref unprovenCalls);
        return false;
    }

    public void End() => Interlocked.Decrement(ref unprovenCalls);

    /// <summary>
    /// Counts a call that was work for nothing: refused on an unproven connection, or cancelled by its client. A client that makes many of
    /// them in a short time loses its connection.
    /// </summary>
    public void CountWasted()
    {
        lock (gate)
        {
            var (most, perSecond) = isProven ? (maxCalls, WastePerSecond) : (UnprovenWaste, UnprovenWastePerSecond);
            var now = time.GetTimestamp();
            waste = Math.Max(0, waste - (time.GetElapsedTime(wasteSeen, now).TotalSeconds * perSecond)) + 1;
            wasteSeen = now;
            if (waste <= most)
            {
                return;
            }
        }
        Close("The client makes calls and cancels them, or makes calls that are refused, too often.");
    }

    public void Close(string why) => connection.Abort(new ConnectionAbortedException(why));
}
