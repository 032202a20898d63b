using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

using Syntha.Client.Live;

namespace Syntha.Client;

/// <summary>
/// An always current, read-only dictionary of what an agent, or the owner, may see, kept up to date by a subscription. Reads are local
/// and thread-safe; each sees whole commands only. Dispose it to end the subscription.
/// </summary>
/// <remarks>
/// <para>
/// Two reads may see two revisions: take <see cref="Current"/> for several reads of one. The view follows the server with a short delay;
/// <see cref="WaitForAsync"/> waits until it has caught up, for example with one's own push. While the connection is broken it goes on
/// answering what it knows; <see cref="IsConnected"/> tells. After a <see cref="ContextEvent.Reset"/> it answers the old state until the
/// new snapshot is complete, and then the new one.
/// </para>
/// <para>
/// An item is absent from the moment of its <see cref="ContextItem.ExpireTime"/> by the local clock, also before the server has said so:
/// a clock that is ahead of the store's loses items early, one that is behind keeps them until the server says that they have expired.
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
    /// Told after each command that changed the view, and after the view was made anew; not for the first snapshot. Handlers are called
    /// one after the other, in order, by the task that keeps the view up to date, which waits for them; what one throws ends the view.
    /// </summary>
    public event EventHandler<ContextViewChangedEventArgs>? Changed;

    /// <summary>
    /// What the view holds now, as of one revision: for several reads that belong together. It stays as it is.
    /// </summary>
    /// <exception cref="InvalidOperationException">The subscription has ended for good; the inner exception says why.</exception>
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

    /// <summary>Whether the connection stands. While it does not, the view answers what it knows.</summary>
    public bool IsConnected => isConnected;

    /// <summary>
    /// Completes when the view was disposed, and fails when the subscription has ended for good, with the reason; reads then throw.
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

    /// <summary>The items as of one revision, in no particular order.</summary>
    /// <returns>The items by key.</returns>
    public IEnumerator<KeyValuePair<string, ContextItem>> GetEnumerator() => Current.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// Waits until the view has caught up with a position, such as that of a receipt: what was pushed is then in the view, if it is part
    /// of it. A position whose command is no part of the view is known to be passed when something else is delivered, or with the next
    /// heartbeat.
    /// </summary>
    /// <param name="position">
    /// The position. One of another life of the store is waited for until the view is told of that life.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The view as it then was.</returns>
    /// <exception cref="InvalidOperationException">The subscription has ended for good; the inner exception says why.</exception>
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
        // How it ended is told by Completion.
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <exception cref="ArgumentException">With these options a view would not be current.</exception>
    internal static void ThrowIfUnfit(SubscriptionOptions options)
    {
        if (options.Kinds.Count > 0)
        {
            throw new ArgumentException($"A view needs changes of all kinds: leave {nameof(options.Kinds)} out.", nameof(options));
        }

        if (options.Start.Position is not null)
        {
            throw new ArgumentException($"A view starts with a snapshot: leave {nameof(options.Start)} out.", nameof(options));
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
        // Who opened the view may have stopped waiting.
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
