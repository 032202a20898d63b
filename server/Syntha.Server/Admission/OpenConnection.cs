using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Syntha.Server.Wire;

namespace Syntha.Server.Admission;

/// <summary>
/// A connection that is open, its callers, and what it may still do. A connection is unproven until a call on it was admitted. Thread-safe.
/// </summary>
internal sealed class OpenConnection(OpenConnections owner, ConnectionContext connection, int maxCalls, TimeProvider time)
{
    // A client that probes, or that has the wrong key, makes few calls at once, and repeats them with pauses. Each call of a connection
    // costs the platform some 16 KiB, which it keeps for some seconds.
    private const int MaxOpenCalls = 8;
    private const int UnprovenWaste = 20;
    private const int UnprovenWastePerSecond = 10;
    private const int WastePerSecond = 100;
    private const int OpenAtOnce = 100;
    private const int OpenPerSecond = 50;

    private readonly Lock gate = new();
    private volatile bool isProven;
    private volatile bool isEnding;
    private volatile bool wasAnswered;
    private volatile bool isClosedByServer;
    private int openCalls;
    private double waste;
    private long wasteSeen = time.GetTimestamp();
    private double opened;
    private long openedSeen = time.GetTimestamp();

    /// <summary>The callers whose calls were admitted.</summary>
    public ConnectionCallers Callers { get; } = new();

    /// <summary>Lets the connection's frames in; null: it is within another one.</summary>
    public CallIntake? Intake { get; set; }

    /// <summary>Whether a call on it may have been cancelled by its client.</summary>
    public bool MayHaveCancelled => Intake is not { MayHaveCancelled: false };

    public bool IsProven => isProven;

    /// <summary>Whether the connection is closed when the server stops, whatever is under way on it.</summary>
    public bool IsEnding => isEnding;

    /// <summary>Whether a call on it has had an answer, and be it a refusal.</summary>
    public bool WasAnswered => wasAnswered;

    /// <summary>Whether the server has closed it for what its client did.</summary>
    public bool IsClosedByServer => isClosedByServer;

    /// <summary>The connection's place among the unproven ones. Only <see cref="OpenConnections"/> uses it.</summary>
    public LinkedListNode<OpenConnection>? Place { get; set; }

    /// <summary>The connection counts in the share of this user. Only <see cref="OpenConnections"/> uses it.</summary>
    public string? User { get; set; }

    /// <summary>When it came in, as a timestamp.</summary>
    public long Since { get; } = time.GetTimestamp();

    /// <summary>Where the connection comes from, as the bound of unproven connections counts it.</summary>
    public string Origin { get; } = OriginOf(connection.RemoteEndPoint);

    /// <summary>A call on this connection was admitted. False: it is the first one, and its user has too many connections.</summary>
    /// <param name="user">The call's user. Null: it is an operator's.</param>
    public bool TryProve(string? user)
    {
        if (!isProven)
        {
            if (!owner.TryProve(this, user))
            {
                return false;
            }

            isProven = true;
            Intake?.Proved();
        }

        return true;
    }

    /// <summary>
    /// Counts a call that needs no credential. False: the connection is unproven and has too many of them under way, or made too many.
    /// </summary>
    public bool TryBeginOpen()
    {
        if (isProven)
        {
            Interlocked.Increment(ref openCalls);
            return true;
        }

        if (Interlocked.Increment(ref openCalls) <= MaxOpenCalls && CountsWithin(ref opened, ref openedSeen, OpenAtOnce, OpenPerSecond))
        {
            return true;
        }

        Interlocked.Decrement(ref openCalls);
        return false;
    }

    public void EndOpen() => Interlocked.Decrement(ref openCalls);

    /// <summary>
    /// Counts a call that was work for nothing: refused on an unproven connection, or cancelled by its client. A client that makes many of
    /// them in a short time is asked to close its connection, where it has proved nothing, and then loses it.
    /// </summary>
    public void CountWasted() => CountWasted(isProven);

    /// <summary>Counts a call that its client had cancelled before anything was done for it. It costs little, so it may come as often as
    /// on a proven connection.</summary>
    public void CountCancelled() => CountWasted(hasMore: true);

    /// <summary>
    /// A call on this connection was ended by a stop of the server before its client had sent all. Kestrel would wait for the client, so
    /// the connection is closed after the grace of the stop.
    /// </summary>
    public void EndSoon()
    {
        isEnding = true;
        if (owner.Late.IsCancellationRequested)
        {
            Close("The server stops.");
        }
    }

    /// <summary>A call on this connection is over.</summary>
    /// <param name="streamId">The number of its stream.</param>
    public void EndCall(int streamId)
    {
        wasAnswered = true;
        Intake?.Decided(streamId);
    }

    public void Close(string why)
    {
        isClosedByServer = true;
        connection.Abort(new ConnectionAbortedException(why));
    }

    private void CountWasted(bool hasMore)
    {
        var (most, perSecond) = hasMore ? (maxCalls, WastePerSecond) : (UnprovenWaste, UnprovenWastePerSecond);
        lock (gate)
        {
            if (Counted(ref waste, ref wasteSeen, perSecond) <= most)
            {
                return;
            }

            if (!hasMore && waste <= 2 * most)
            {
                // Calls under way are answered, and a rightful client makes the next ones on a new connection.
                connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
                return;
            }
        }
        Close("The client makes calls and cancels them, or makes calls that are refused, too often.");
    }

    private bool CountsWithin(ref double count, ref long seen, int most, int perSecond)
    {
        lock (gate)
        {
            if (Counted(ref count, ref seen, perSecond) <= most)
            {
                return true;
            }

            // What is refused here does not count, or a client that goes on asking would never be answered again.
            count--;
            return false;
        }
    }

    // One more, of which so many a second are forgotten. Under the lock.
    private double Counted(ref double count, ref long seen, int perSecond)
    {
        var now = time.GetTimestamp();
        count = Math.Max(0, count - (time.GetElapsedTime(seen, now).TotalSeconds * perSecond)) + 1;
        seen = now;
        return count;
    }

    // One holder of IPv6 has at least 2⁶⁴ addresses.
    private static string OriginOf(EndPoint? remote)
    {
        const int NetworkBytes = 8;
        return remote switch
        {
            IPEndPoint { Address: { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } address } =>
                Convert.ToHexString(address.GetAddressBytes().AsSpan(0, NetworkBytes)),
            IPEndPoint { Address: var address } => address.ToString(),
            _ => "",
        };
    }
}
