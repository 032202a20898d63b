using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>
/// Sums the refusals that come too often for an entry each, so that a caller who is refused a million times leaves few entries. A sum says
/// how many calls it stands for. Thread-safe.
/// </summary>
internal sealed class RefusalSums(AuditOptions options, TimeProvider time)
{
    /// <summary>The method of a sum over all methods.</summary>
    public const string AnyMethod = "Server/Refused";

    // Beyond this many kinds, refusals of known callers are summed by reason as well.
    private const int MaxKinds = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<Kind, long> sums = [];
    private double own = options.RefusalBurst;
    private long ownSeen = time.GetTimestamp();
    private long lastTaken = time.GetTimestamp();

    /// <summary>How many sums wait to be written.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return sums.Count;
            }
        }
    }

    /// <summary>Whether one more refusal may have an entry of its own.</summary>
    public bool TryTakeOwn()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            own = Math.Min(options.RefusalBurst, own + time.GetElapsedTime(ownSeen, now).TotalSeconds);
            ownSeen = now;
            if (own < 1)
            {
                return false;
            }

            own--;
            return true;
        }
    }

    public void Add(AuditEntry entry)
    {
        // A caller without a credential claims what it likes, so its sum says nothing but the reason.
        var reason = new Kind(AnyMethod, "", "", null, entry.Outcome, entry.Reason);
        var exact = entry.Credential.Length == 0
            ? reason
            : new Kind(entry.Method, entry.User, entry.Credential, entry.Agent, entry.Outcome, entry.Reason);
        lock (gate)
        {
            var kind = sums.Count < MaxKinds || sums.ContainsKey(exact) ? exact : reason;
            sums[kind] = sums.GetValueOrDefault(kind) + entry.Calls;
        }
    }

    /// <summary>Takes the sums when their interval is over.</summary>
    public void TakeDue(List<QueuedEntry> taken, int maxEntries, DateTimeOffset now, bool isLast)
    {
        lock (gate)
        {
            if (sums.Count == 0 || taken.Count + sums.Count > maxEntries
                || (!isLast && time.GetElapsedTime(lastTaken) < options.RefusalInterval))
            {
                return;
            }

            foreach (var (kind, calls) in sums)
            {
                taken.Add(new(kind.Entry(now, calls), null));
            }

            sums.Clear();
            lastTaken = time.GetTimestamp();
        }
    }

    private readonly record struct Kind(string Method, string User, string Credential, string? Agent, AuditOutcome Outcome, string Reason)
    {
        public AuditEntry Entry(DateTimeOffset now, long calls) => new()
        {
            Time = now,
            Method = Method,
            User = User,
            Credential = Credential,
            Agent = Agent,
            Outcome = Outcome,
            Reason = Reason,
            Calls = calls,
        };
    }
}
