using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;


namespace Syntha.Client;

/// <summary>
/// A read-only dictionary of what an agent, or the owner, may see. A subscription keeps it up to date. Reads are local and thread-safe, and
/// each sees whole commands only. Dispose it to end the subscription.
/// </summary>
/// <remarks>
/// <para>
/// Two reads may see two revisions. Use <see cref="Current"/> for several reads of one revision. The view follows the server with a short
/// delay; <see cref="WaitForAsync"/> waits until it has caught up, for example with your own push. While the connection is broken the view
/// answers what it knows, and <see cref="IsConnected"/> is <see langword="false"/>. After a <see cref="ContextEvent.Reset"/> it answers the
/// old state until the new snapshot is complete, and then the new state.
/// </para>
/// <para>
/// An item is absent from its <see cref="ContextItem.ExpireTime"/> on by the local clock, also before the server has reported it. With a
/// clock that is ahead of the store's clock, items leave early. With a clock that is behind, they stay until the server reports that they
/// have expired.
/// </para>
/// </remarks>
public sealed class ContextView : IReadOnlyDictionary<string, ContextItem>, IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool keysOnly;
    private readonly TimeProvider time;
    private volatile ContextSnapshot? current;
    private volatile Exception? end;
    private volatile bool isConnected;
    private TaskCompletionSource? advanced;
    private ImmutableDictionary<string, ContextItem>.Builder? incoming;

    private ContextView(bool keysOnly, TimeProvider time)
    {
        this.keysOnly = keysOnly;
        this.time = time;
    }

    /// <summary>
    /// Raised after each command that changed the view, and after the view was made anew, but not for the first snapshot. The task that
    /// keeps the view up to date calls the handlers one after the other, in order, and waits for them. An exception of a handler ends the
    /// view.
    /// </summary>
    public event EventHandler<ContextViewChangedEventArgs>? Changed;

    /// <summary>
    /// The items of the view now, as of one revision, for several reads that belong together. Later commands do not change it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The subscription has ended for good. The inner exception says why.</exception>
    /// <exception cref="ObjectDisposedException">The view was disposed.</exception>
    public ContextSnapshot Current
    {
        get
        {
            ThrowIfEnded();
            return current!;
        }
    }

    /// <summary>How far the view has got.</summary>
    public Position Position => Current.Position;

    /// <summary>Whether the view is connected. While it is not, it answers what it knows.</summary>
    public bool IsConnected => isConnected;

    /// <summary>
    /// Completes when the view was disposed. It fails, with the reason, when the subscription has ended for good. Reads then throw.
    /// </summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <inheritdoc cref="ContextSnapshot.Count"/>
    public int Count => Current.Count;

    /// <inheritdoc cref="ContextSnapshot.Keys"/>
    public IEnumerable<string> Keys => Current.Keys;

    /// <inheritdoc cref="ContextSnapshot.Values"/>
    public IEnumerable<ContextItem> Values => Current.Values;

    /// <inheritdoc cref="ContextSnapshot.this[string]"/>
    public ContextItem this[string key] => Current[key];

    /// <inheritdoc cref="ContextSnapshot.ContainsKey"/>
    public bool ContainsKey(string key) => Current.ContainsKey(key);

    /// <inheritdoc cref="ContextSnapshot.TryGetValue"/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out ContextItem value) => Current.TryGetValue(key, out value);

    /// <summary>Enumerates the items as of one revision, in no particular order.</summary>
    /// <returns>The items by key.</returns>
    public IEnumerator<KeyValuePair<string, ContextItem>> GetEnumerator() => Current.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// Waits until the view has caught up with a position, such as the position of a receipt. The pushed item is then in the view, if it is
    /// part of it. When the command at the position is no part of the view, the wait ends with the next change that is, or with the next
    /// heartbeat.
    /// </summary>
    /// <param name="position">
    /// The position. When it belongs to another life of the store, the wait lasts until the view is told of that life.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The view at that moment.</returns>
    /// <exception cref="InvalidOperationException">The subscription has ended for good. The inner exception says why.</exception>
    /// <exception cref="ObjectDisposedException">The view was disposed.</exception>
    public async Task<ContextSnapshot> WaitForAsync(Position position, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                var now = Current;
                if (position.Revision == 0 || (now.Position.Epoch == position.Epoch && now.Position.Revision >= position.Revision))
                {
                    return now;
                }

                next = (advanced ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the subscription. Reads throw afterwards.</summary>
    /// <returns>A task that completes when the subscription has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        // Completion tells how it ended.
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <exception cref="ArgumentException">With these options the view would not be current.</exception>
    internal static void ThrowIfUnfit(SubscriptionOptions options)
    {
        if (options.Kinds.Count > 0)
        {
            throw new ArgumentException($"A view needs changes of all kinds. Leave {nameof(options.Kinds)} out.", nameof(options));
        }

        if (options.Start.Position is not null)
        {
            throw new ArgumentException($"A view starts with a snapshot. Leave {nameof(options.Start)} out.", nameof(options));
        }
    }

    internal static async Task<ContextView> OpenAsync(
        Subscription subscription,
        bool keysOnly,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var view = new ContextView(keysOnly, time);
        view.Completion = view.RunAsync(subscription);
        try
        {
            await view.opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return view;
        }
        catch
        {
            await view.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task RunAsync(Subscription subscription)
    {
        try
        {
            await foreach (var contextEvent in subscription.RunAsync(stopping.Token).ConfigureAwait(false))
            {
                Apply(contextEvent);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            End(new ObjectDisposedException(nameof(ContextView)));
        }
        catch (Exception exception)
        {
            End(exception);
            throw;
        }
    }

    private void Apply(ContextEvent contextEvent)
    {
        switch (contextEvent)
        {
            case ContextEvent.Established:
                isConnected = true;
                break;
            case ContextEvent.Interrupted:
                isConnected = false;
                break;
            case ContextEvent.SnapshotStarted:
                incoming = ImmutableDictionary.CreateBuilder<string, ContextItem>(StringComparer.Ordinal);
                break;
            case ContextEvent.SnapshotItems { Items: var items }:
                incoming!.AddRange(items.Select(item => KeyValuePair.Create(item.Key, item)));
                break;
            case ContextEvent.SnapshotCompleted completed:
                var isFirst = current is null;
                Advance(ContextSnapshot.Of(incoming!.ToImmutable(), completed.Position, time));
                incoming = null;
                opened.TrySetResult();
                if (!isFirst)
                {
                    Changed?.Invoke(this, new(current!, [], isReset: true));
                }

                break;
            case ContextEvent.Committed committed:
                Advance(current!.After(committed, keysOnly));
                Changed?.Invoke(this, new(current, committed.Changes, isReset: false));
                break;
            case ContextEvent.Progress progress:
                Advance(current!.At(progress.Position));
                break;
        }
    }

    private void Advance(ContextSnapshot next)
    {
        lock (gate)
        {
            current = next;
            Interlocked.Exchange(ref advanced, null)?.TrySetResult();
        }
    }

    private void End(Exception reason)
    {
        isConnected = false;
        lock (gate)
        {
            end = reason;
            Interlocked.Exchange(ref advanced, null)?.TrySetResult();
        }

        opened.TrySetException(reason);
        // The caller that opened the view may no longer wait: the exception counts as seen.
        _ = opened.Task.Exception;
    }

    private void ThrowIfEnded()
    {
        switch (end)
        {
            case null:
                return;
            case ObjectDisposedException:
                throw new ObjectDisposedException(nameof(ContextView));
            case var reason:
                throw new InvalidOperationException($"The view is no longer kept up to date: {reason.Message}", reason);
        }
    }
}
