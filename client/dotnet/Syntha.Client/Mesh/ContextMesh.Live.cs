namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>
    /// Delivers the changes of a view as they are committed: each of them, once, in order, command by command. The subscription opens when
    /// it is enumerated. Each enumeration is a subscription of its own.
    /// </summary>
    /// <remarks>
    /// <para>
    /// It never ends by itself. When the connection breaks or falls silent, or the server ends it, the subscription hands out
    /// <see cref="ContextEvent.Interrupted"/>, connects again with growing waits, and goes on after the last event that it handed out. A
    /// command that it had received in part is read anew. When it cannot go on there (the change log no longer reaches back, or the store
    /// was restored), it hands out <see cref="ContextEvent.Reset"/> and then a snapshot. It throws a failure that another attempt would not
    /// mend: credentials, permissions, invalid arguments, the limit of streams, a server that does not know streams.
    /// </para>
    /// <para>
    /// It reads when the next event is asked for. You may take any time in between. Meanwhile the network holds what was sent, up to its
    /// window, and the server holds the rest in its change log, which all readers share. The client's memory holds one message (at most
    /// 3 MiB and a little) and the command that it belongs to. A command is as large as all its changes, for example every item of a topic
    /// that was removed.
    /// </para>
    /// </remarks>
    /// <param name="options">Which items, and where to start. <see langword="null"/>: all, from now on.</param>
    /// <param name="agentName">The agent whose view it is. <see langword="null"/>: the owner's view, which is everything.</param>
    /// <param name="cancellationToken">Ends it, with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events, for one reader at a time.</returns>
    /// <exception cref="ArgumentException">The options break a rule that the client checks.</exception>
    public IAsyncEnumerable<ContextEvent> SubscribeAsync(
        SubscriptionOptions? options = null,
        string? agentName = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new SubscriptionOptions();
        return Follow(options, agentName, options.Start).RunAsync(cancellationToken);
    }

    /// <summary>Opens a view that is always current: a dictionary of the readable items, which a subscription keeps up to date.</summary>
    /// <param name="options">
    /// Which items. <see langword="null"/>: all. Leave out its kinds and its start: a view needs all changes, after a snapshot.
    /// </param>
    /// <param name="agentName">The agent whose view it is. <see langword="null"/>: the owner's view, which is everything.</param>
    /// <param name="cancellationToken">Cancels the opening, which otherwise goes on until a server answers.</param>
    /// <returns>The view, with its first snapshot complete. Dispose it.</returns>
    /// <exception cref="ArgumentException">The options break a rule that the client checks.</exception>
    /// <exception cref="SynthaException">The server refuses the subscription.</exception>
    public Task<ContextView> OpenViewAsync(
        SubscriptionOptions? options = null,
        string? agentName = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new SubscriptionOptions();
        ContextView.ThrowIfUnfit(options);
        return ContextView.OpenAsync(
            Follow(options, agentName, SubscriptionStart.Snapshot), options.KeysOnly, calls.Options.TimeProvider, cancellationToken);
    }

    private Subscription Follow(SubscriptionOptions options, string? agentName, SubscriptionStart start)
    {
        Subscription.ThrowIfFaulty(options, calls.Options);
        var request = StreamRequests.Subscribe(options, agentName);
        return new(
            calls,
            (place, _, cancellationToken) =>
            {
                var placed = request.Clone();
                placed.Start = place;
                return calls.Subscribe(placed, cancellationToken);
            },
            options,
            start,
            jsonOptions);
    }
}
