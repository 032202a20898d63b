using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;
using Syntha.Server.Wire;

namespace Syntha.Server.Admission;

/// <summary>
/// The open connections. It bounds how many of them are unproven, and how many a user has, and asks old ones to close. Thread-safe; the
/// lock is held for no call to a connection.
/// </summary>
internal sealed class OpenConnections : IDisposable
{
    // Streams end by themselves within a second of a stop.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    // Calls of one connection that wait for a thread. As long as the line of all is short, a connection may have many in it: to stop and go
    // costs time. In a long line each has few, because more would make the others wait, and no connection be faster.
    private const int MostBegun = 256;
    private const int MostBegunInALongLine = 32;
    private const int MostBegunUnproven = 8;
    private const int LongLine = 1_000;

    // A client makes its first call within moments. It is not closed before that for another one of its own address, which waits instead.
    // So the connections of a burst all get their chance, on a busy machine as well.
    private static readonly TimeSpan FirstChance = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<OpenConnection, bool> all = new();
    private readonly LinkedList<OpenConnection> unproven = [];
    private readonly Dictionary<string, int> proven = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly ConnectionOptions options;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource late = new();
    private readonly Newcomers newcomers;

    public OpenConnections(IOptions<ConnectionOptions> options, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        (this.options, this.time, Late) = (options.Value, time, late.Token);
        newcomers = new(this.options.MaxUnproven, this.options.UnprovenPerSecond, time, HasRoom);
        lifetime.ApplicationStopping.Register(() => late.CancelAfter(StopGrace));
        Late.Register(() =>
        {
            newcomers.Close();
            CloseUnneeded();
        });
    }

    public IEnumerable<OpenConnection> All => all.Keys;

    /// <summary>Fires when the server stops and calls that do not end by themselves must be ended.</summary>
    public CancellationToken Late { get; }

    /// <summary>The connection of a call.</summary>
    public static OpenConnection Of(HttpContext http) => http.Features.Get<OpenConnection>()
        ?? throw new InvalidOperationException("The connection of this call is not guarded.");

    /// <summary>Guards each connection of a port, from before its handshake to its end.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        var open = new OpenConnection(this, connection, options.MaxCalls, time);
        if (!await newcomers.EnterAsync(open.Origin, connection.ConnectionClosed))
        {
            open.Close("Too many connections of the address wait, or the server stops.");
            return;
        }

        connection.Features.Set(open);
        Enter(open);
        newcomers.Arrived();
        using var age = options.MaxAge is { } most ? AgeOf(connection, open, most) : null;
        try
        {
            await next(connection);
        }
        finally
        {
            all.TryRemove(open, out _);
            Leave(open);
            if (open is { IsProven: false, WasAnswered: true, IsClosedByServer: false })
            {
                newcomers.Leave(open.Origin);
            }
        }
    };

    /// <summary>Keeps the calls of each connection of a port from filling the line of all, where its bytes are in the clear.</summary>
    public static ConnectionDelegate Pace(ConnectionDelegate next) => connection =>
    {
        var open = connection.Features.Get<OpenConnection>()!;
        var intake = new CallIntake(
            connection.Transport.Input, MostBegunUnproven, begun => begun >= MostOf(open, begun), () => open.IsProven);
        open.Intake = intake;
        connection.Transport = new Transport(intake, connection.Transport.Output);
        return next(connection);
    };

    /// <summary>
    /// Enters a connection that has come in within another one, such as that of an open page. It counts in the share of its user, and is
    /// there until it leaves.
    /// </summary>
    public OpenConnection EnterWithin(ConnectionContext connection)
    {
        var open = new OpenConnection(this, connection, options.MaxCalls, time);
        all[open] = true;
        return open;
    }

    /// <summary>A connection that has come in within another one is over.</summary>
    public void LeaveWithin(OpenConnection connection)
    {
        all.TryRemove(connection, out _);
        Leave(connection);
    }

    public void Dispose()
    {
        late.Dispose();
        newcomers.Dispose();
    }

    /// <summary>A call on a connection was admitted. False: its user has too many connections, and the connection stays unproven.</summary>
    public bool TryProve(OpenConnection connection, string? user)
    {
        lock (gate)
        {
            // Another call may have proved it meanwhile, or the connection may have gone.
            if (connection.User is not null || !all.ContainsKey(connection))
            {
                return true;
            }

            if (user is not null)
            {
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(proven, user, out _);
                if (count >= options.MaxPerUser)
                {
                    return false;
                }

                count++;
                connection.User = user;
            }

            if (!LeaveUnproven(connection))
            {
                return true;
            }
        }

        newcomers.Leave(connection.Origin);
        return true;
    }

    private static int MostOf(OpenConnection open, int begun) => !open.IsProven ? MostBegunUnproven
        : begun >= MostBegunInALongLine && ThreadPool.PendingWorkItemCount > LongLine ? MostBegunInALongLine
        : MostBegun;

    private void Enter(OpenConnection connection)
    {
        all[connection] = true;
        OpenConnection? oldest = null;
        lock (gate)
        {
            connection.Place = unproven.AddLast(connection);
            if (unproven.Count > options.MaxUnproven)
            {
                oldest = Oldest(0)!;
                LeaveUnproven(oldest);
            }
        }
        oldest?.Close("Too many connections have made no call that was admitted.");
    }

    private bool HasRoom(string origin, int onTheWay)
    {
        lock (gate)
        {
            return unproven.Count + onTheWay < options.MaxUnproven
                || (Oldest(onTheWay) is { } oldest && (oldest.Origin != origin || time.GetElapsedTime(oldest.Since) >= FirstChance));
        }
    }

    // The next one to be closed, after so many others. It is of the origin that has the most, so that a flood from one place closes its
    // own, and the oldest, because a rightful client proves itself within moments.
    private OpenConnection? Oldest(int after) =>
        unproven.GroupBy(open => open.Origin).MaxBy(open => open.Count())?.ElementAtOrDefault(after);

    private void Leave(OpenConnection connection)
    {
        lock (gate)
        {
            LeaveUnproven(connection);
            if (connection.User is { } user && --CollectionsMarshal.GetValueRefOrNullRef(proven, user) == 0)
            {
                proven.Remove(user);
            }
        }
    }

    private bool LeaveUnproven(OpenConnection connection)
    {
        if (connection.Place is not { } place)
        {
            return false;
        }

        unproven.Remove(place);
        connection.Place = null;
        return true;
    }

    // A tenth more or less, so that the connections of a burst do not all come back at once.
    private ITimer AgeOf(ConnectionContext connection, OpenConnection open, TimeSpan most)
    {
        var isAsked = false;
        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                if (isAsked)
                {
                    open.Close("The connection has reached its greatest age.");
                    return;
                }

                isAsked = true;
                connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
                timer?.Change(options.AgeGrace, Timeout.InfiniteTimeSpan);
            },
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(most * (0.9 + (0.2 * Random.Shared.NextDouble())), Timeout.InfiniteTimeSpan);
        return timer;
    }

    // A connection without an admitted call, such as one that is silent in its handshake, has nothing that must end in order.
    private void CloseUnneeded()
    {
        foreach (var connection in all.Keys.Where(connection => !connection.IsProven || connection.IsEnding))
        {
            connection.Close("The server stops.");
        }
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
