using System.Runtime.InteropServices;

namespace Syntha.Server.Admission;

/// <summary>
/// The pace of new connections. Each origin has some places. A connection takes one before anything is made for it, and gives it back when
/// it is proven, or when its client closes it after an answer; a place that is not given back comes again with time. So clients that do
/// what they came for do not wait, however many they are, and one that only connects waits for itself. A proxy that opens a connection for
/// each call is one origin, and strangers behind it must not make its clients wait: their calls are answered as well. Thread-safe.
/// </summary>
/// <param name="places">How many places an origin has.</param>
/// <param name="perSecond">How many of them come again a second.</param>
/// <param name="time">The clock.</param>
/// <param name="hasRoom">
/// Whether there is room for one more of an origin, with so many on their way that <see cref="Arrived"/> was not called for. Null: always.
/// </param>
internal sealed class Newcomers(int places, int perSecond, TimeProvider time, Func<string, int, bool>? hasRoom = null) : IDisposable
{
    private const int LeastBeforeSweep = 1_024;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Places> origins = new(StringComparer.Ordinal);
    private ITimer? timer;
    private bool isTicking;
    private bool isClosed;
    private int sweepAt = LeastBeforeSweep;
    private int allWaiting;
    private int onTheWay;

    /// <summary>How many origins are remembered.</summary>
    public int Origins
    {
        get
        {
            lock (gate)
            {
                return origins.Count;
            }
        }
    }

    // A connection that waits keeps what the platform made for it, and what it has sent.
    private int MostWaitingOfOrigin => 4 * places;

    private int MostWaitingInAll => 8 * places;

    /// <summary>Waits for a place, and for room. A connection that gets in says so by <see cref="Arrived"/>.</summary>
    /// <returns>False: too many wait already, or the connection is closed.</returns>
    public Task<bool> EnterAsync(string origin, CancellationToken closed)
    {
        Waiter waiter;
        lock (gate)
        {
            var of = Find(origin);
            of.Refill(places, perSecond, time);
            if (of.Waiting.Count == 0 && TryTake(of))
            {
                return Task.FromResult(true);
            }

            if (isClosed || of.Waiting.Count >= MostWaitingOfOrigin || allWaiting >= MostWaitingInAll)
            {
                return Task.FromResult(false);
            }

            waiter = new(of);
            waiter.Node = of.Waiting.AddLast(waiter);
            allWaiting++;
            Tick();
        }

        return WaitAsync(waiter, closed);
    }

    /// <summary>A connection that got in counts among the others now.</summary>
    public void Arrived()
    {
        lock (gate)
        {
            onTheWay--;
        }
    }

    /// <summary>A connection of the origin gives its place back.</summary>
    public void Leave(string origin)
    {
        lock (gate)
        {
            if (origins.TryGetValue(origin, out var of))
            {
                of.GiveBack(places);
                Admit(of);
            }
        }
    }

    /// <summary>No connection waits any more, and none gets a place.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            foreach (var waiter in origins.Values.SelectMany(of => of.Waiting).ToList())
            {
                Remove(waiter.Node!);
                waiter.Turn.TrySetResult(false);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
        }
    }

    private async Task<bool> WaitAsync(Waiter waiter, CancellationToken closed)
    {
        using var registration = closed.UnsafeRegister(_ => Forget(waiter), null);
        return await waiter.Turn.Task;
    }

    private void Forget(Waiter waiter)
    {
        lock (gate)
        {
            if (waiter.Node is { } node)
            {
                Remove(node);
                waiter.Turn.TrySetResult(false);
            }
        }
    }

    private void Admit(Places of)
    {
        while (of.Waiting.First is { } first && TryTake(of))
        {
            Remove(first);
            first.Value.Turn.TrySetResult(true);
        }
    }

    private bool TryTake(Places of)
    {
        if ((hasRoom is not null && !hasRoom(of.Origin, onTheWay)) || !of.TryTake())
        {
            return false;
        }

        onTheWay++;
        return true;
    }

    private void Remove(LinkedListNode<Waiter> node)
    {
        node.Value.Of.Waiting.Remove(node);
        node.Value.Node = null;
        allWaiting--;
    }

    private Places Find(string origin)
    {
        if (origins.Count >= sweepAt)
        {
            foreach (var (name, of) in origins)
            {
                of.Refill(places, perSecond, time);
                if (of.Waiting.Count == 0 && of.IsFull(places))
                {
                    origins.Remove(name);
                }
            }

            sweepAt = Math.Max(LeastBeforeSweep, 2 * origins.Count);
        }

        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(origins, origin, out _);
        return found ??= new(origin, places, time.GetTimestamp());
    }

    // Under the lock. The timer goes only while a connection waits.
    private void Tick()
    {
        if (isTicking)
        {
            return;
        }

        isTicking = true;
        timer ??= time.CreateTimer(_ => OnTick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(Step, Step);
    }

    private void OnTick()
    {
        lock (gate)
        {
            foreach (var of in origins.Values)
            {
                if (of.Waiting.Count > 0)
                {
                    of.Refill(places, perSecond, time);
                    Admit(of);
                }
            }

            if (allWaiting == 0)
            {
                isTicking = false;
                timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private sealed class Waiter(Places of)
    {
        public Places Of { get; } = of;

        public TaskCompletionSource<bool> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Null: it waits no more.</summary>
        public LinkedListNode<Waiter>? Node { get; set; }
    }

    private sealed class Places(string origin, double free, long refilled)
    {
        public string Origin { get; } = origin;

        public LinkedList<Waiter> Waiting { get; } = [];

        public bool IsFull(int places) => free >= places;

        public void Refill(int places, int perSecond, TimeProvider time)
        {
            var now = time.GetTimestamp();
            free = Math.Min(places, free + (time.GetElapsedTime(refilled, now).TotalSeconds * perSecond));
            refilled = now;
        }

        public bool TryTake()
        {
            if (free < 1)
            {
                return false;
            }

            free--;
            return true;
        }

        public void GiveBack(int places) => free = Math.Min(places, free + 1);
    }
}
