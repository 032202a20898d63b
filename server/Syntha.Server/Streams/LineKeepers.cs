using Syntha.Mesh.Following;
using Syntha.Mesh.Writing;

namespace Syntha.Server.Streams;

/// <summary>
/// Keeps the places in line of the streams of this node. Each prolongation writes the whole line into the log. So all places of a claim are
/// prolonged together, by one command, when the first of them is due. Thread-safe. Its lock is taken before that of a keeper.
/// </summary>
internal sealed class LineKeepers(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(UserId User, ContextKey Claim), LineKeeper> keepers = [];

    /// <summary>How many claims have streams here that wait for them.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return keepers.Count;
            }
        }
    }

    /// <summary>Has a place kept until it is disposed: for as long as its stream lives.</summary>
    /// <param name="user">The user.</param>
    /// <param name="join">The command that takes the place.</param>
    public KeptPlace Enter(UserId user, JoinLine join)
    {
        lock (gate)
        {
            var key = (user, join.Claim.Name);
            if (!keepers.TryGetValue(key, out var keeper))
            {
                keepers[key] = keeper = new(time);
            }

            var place = new KeptPlace(keeper, new(join.Actor, join.Ticket), join.Grace, left => Leave(key, left));
            keeper.Add(place);
            return place;
        }
    }

    private void Leave((UserId User, ContextKey Claim) key, KeptPlace place)
    {
        lock (gate)
        {
            if (keepers[key].Remove(place))
            {
                keepers.Remove(key);
            }
        }
    }
}

/// <summary>A place in line that a stream of this node has. Its keeper's lock guards it.</summary>
/// <param name="keeper">Keeps all places of the claim.</param>
/// <param name="place">The place.</param>
/// <param name="grace">How long it lasts.</param>
/// <param name="leave">Ends the keeping.</param>
internal sealed class KeptPlace(LineKeeper keeper, LinePlace place, TimeSpan grace, Action<KeptPlace> leave) : IDisposable
{
    public LinePlace Place => place;

    /// <summary>How often it is prolonged: a third of the grace time, so that one that fails is followed by another in time.</summary>
    public TimeSpan Pace => grace / 3;

    /// <summary>For the keeper: when it was prolonged last.</summary>
    public long KeptAt { get; set; }

    /// <summary>For the keeper: until when it lasts, as the mesh has told last.</summary>
    public DateTimeOffset Until { get; set; }

    /// <summary>How long it is until it must be prolonged. Not above zero: now.</summary>
    public TimeSpan UntilDue => keeper.UntilDue(this);

    /// <summary>Prolongs all places of the claim here, unless that was done just now.</summary>
    /// <returns>Whether this place was prolonged. If not, its own command tells why.</returns>
    public Task<bool> KeepAsync(ClaimWait wait, CancellationToken cancellationToken) => keeper.KeepAsync(this, wait, cancellationToken);

    /// <summary>Notes that the stream has joined by its own command at that time.</summary>
    public void Joined(long at) => keeper.Joined(this, at);

    /// <summary>Notes until when the mesh says that it lasts.</summary>
    public void Saw(DateTimeOffset until) => keeper.Saw(this, until);

    public void Dispose() => leave(this);
}

/// <summary>Keeps the places of one claim. Thread-safe.</summary>
internal sealed class LineKeeper(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly HashSet<KeptPlace> places = [];
    private Task round = Task.CompletedTask;

    public void Add(KeptPlace place)
    {
        lock (gate)
        {
            places.Add(place);
        }
    }

    /// <returns>Whether it was the last one.</returns>
    public bool Remove(KeptPlace place)
    {
        lock (gate)
        {
            places.Remove(place);
            return places.Count == 0;
        }
    }

    public TimeSpan UntilDue(KeptPlace place)
    {
        lock (gate)
        {
            return UntilDueUnsynchronized(place);
        }
    }

    public void Joined(KeptPlace place, long at)
    {
        lock (gate)
        {
            place.KeptAt = at;
        }
    }

    public void Saw(KeptPlace place, DateTimeOffset until)
    {
        lock (gate)
        {
            place.Until = until;
        }
    }

    public async Task<bool> KeepAsync(KeptPlace place, ClaimWait wait, CancellationToken cancellationToken)
    {
        Task running;
        lock (gate)
        {
            // Streams that wake together, or while a round is under way, have the one round.
            if (round.IsCompleted && UntilDueUnsynchronized(place) <= TimeSpan.Zero)
            {
                KeptPlace[] kept = [.. places];
                round = Task.Run(() => RunAsync(kept, wait), CancellationToken.None);
            }

            running = round;
        }

        // The round goes on when this stream ends: others wait for it.
        await running.WaitAsync(cancellationToken);
        return UntilDue(place) > TimeSpan.Zero;
    }

    private async Task RunAsync(KeptPlace[] kept, ClaimWait wait)
    {
        var began = time.GetTimestamp();
        try
        {
            var prolonged = await wait.KeepAsync(kept.Select(place => place.Place).ToHashSet());
            lock (gate)
            {
                foreach (var place in kept)
                {
                    if (prolonged.TryGetValue(place.Place, out var until) && until > place.Until)
                    {
                        (place.KeptAt, place.Until) = (began, until);
                    }
                }
            }
        }
        catch (MeshException)
        {
            // Each stream submits its own command now, and tells its caller what is wrong.
        }
    }

    private TimeSpan UntilDueUnsynchronized(KeptPlace place) => place.Pace - time.GetElapsedTime(place.KeptAt);
}
