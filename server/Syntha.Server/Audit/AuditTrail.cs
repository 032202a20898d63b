using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>
/// The entries on their way into the audit trail besides commits: refusals, calls of operators, and sums of reads. It is bounded: an
/// operator's call that finds no room waits, a refusal that finds none is summed, and nothing is dropped. Calls of operators have a queue
/// of their own, which is written first, so that refusals never hold them up. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless one is asked for.")]
internal sealed class AuditTrail(IOptions<AuditOptions> options, TimeProvider time)
{
    private readonly Channel<QueuedEntry> operators = Channel.CreateBounded<QueuedEntry>(
        new BoundedChannelOptions(options.Value.MaxQueued) { SingleReader = true });

    private readonly Channel<QueuedEntry> others = Channel.CreateBounded<QueuedEntry>(
        new BoundedChannelOptions(options.Value.MaxQueued) { SingleReader = true });

    private readonly RefusalSums refusalSums = new(options.Value, time);

    private readonly ConcurrentQueue<CallSum> sums = new();
    private readonly SemaphoreSlim due = new(0, 1);
    private readonly TimeSpan interval = options.Value.Interval;
    private readonly TimeSpan maxWait = options.Value.MaxWait;

    public bool IsOn { get; } = options.Value.Enabled;

    /// <summary>How many entries wait to be written.</summary>
    public int Queued => operators.Reader.Count + others.Reader.Count + refusalSums.Count;

    /// <summary>Takes an entry. It returns when there is room for the entry, which is nearly always at once.</summary>
    /// <exception cref="MeshException">STORE_BUSY: there was no room for as long as a call waits.</exception>
    public ValueTask WriteAsync(AuditEntry entry, bool isOperators = false)
    {
        var queue = isOperators ? operators : others;
        return !IsOn || queue.Writer.TryWrite(new(entry, null)) ? ValueTask.CompletedTask : new(WaitAsync(queue, new(entry, null)));
    }

    /// <summary>
    /// Takes the entry of a refused call. It never waits: an entry that comes too often, or that finds no room, is summed with others.
    /// </summary>
    public void WriteRefusal(AuditEntry entry)
    {
        if (IsOn && !(refusalSums.TryTakeOwn() && others.Writer.TryWrite(new(entry, null))))
        {
            refusalSums.Add(entry);
        }
    }

    /// <summary>Takes the entry of an operator's call. It returns when the entry is durable.</summary>
    /// <exception cref="MeshException">STORE_BUSY: the trail could not be written for as long as a call waits.</exception>
    public async Task WriteDurablyAsync(AuditEntry entry)
    {
        if (!IsOn)
        {
            return;
        }

        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = new QueuedEntry(entry, written);
        if (!operators.Writer.TryWrite(queued))
        {
            await WaitAsync(operators, queued);
        }

        Ring();
        try
        {
            await written.Task.WaitAsync(maxWait, time);
        }
        catch (TimeoutException late)
        {
            throw Busy(late);
        }
    }

    /// <summary>Takes a sum that counts something.</summary>
    public void Add(CallSum sum) => sums.Enqueue(sum);

    /// <summary>Returns when an entry is urgent, and at the latest when the next round is due.</summary>
    public Task WaitForWorkAsync(CancellationToken cancellationToken) => due.WaitAsync(interval, cancellationToken);

    /// <summary>Takes the entries that wait now, up to a number. Only the writer of the trail calls it.</summary>
    /// <param name="maxEntries">The number.</param>
    /// <param name="isLast">Whether sums of refusals are taken before their time is over, because the server stops.</param>
    public List<QueuedEntry> Take(int maxEntries, bool isLast)
    {
        var taken = new List<QueuedEntry>();
        var now = time.GetUtcNow();
        while (taken.Count < maxEntries && operators.Reader.TryRead(out var urgent))
        {
            taken.Add(urgent);
        }

        for (var left = sums.Count; left > 0 && taken.Count < maxEntries && sums.TryDequeue(out var sum); left--)
        {
            if (sum.Take(now) is { } entry)
            {
                taken.Add(new(entry, null));
            }
        }
        while (taken.Count < maxEntries && others.Reader.TryRead(out var queued))
        {
            taken.Add(queued);
        }

        refusalSums.TakeDue(taken, maxEntries, now, isLast);
        return taken;
    }

    private async Task WaitAsync(Channel<QueuedEntry> queue, QueuedEntry queued)
    {
        Ring();
        using var patience = new CancellationTokenSource(maxWait, time);
        try
        {
            await queue.Writer.WriteAsync(queued, patience.Token);
        }
        catch (OperationCanceledException late)
        {
            throw Busy(late);
        }
    }

    private void Ring()
    {
        try
        {
            due.Release();
        }
        catch (SemaphoreFullException)
        {
            // The writer is woken already.
        }
    }

    private static MeshException Busy(Exception cause) =>
        new(ErrorReason.StoreBusy, "The audit trail cannot take the call's entry now; call again later.", cause)
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
}
