using System.Text.Json;

namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>
    /// Adds topics to the agent's subscriptions, and delivers the changes of these topics as they are committed, as far as the agent may
    /// see them. Mirrors <c>subscribe_to_topics</c>. For the rest see <see cref="ContextMesh.SubscribeAsync"/>.
    /// </summary>
    /// <remarks>
    /// The topics are added when the enumeration begins. They stay when it ends; <see cref="UnsubscribeFromTopicsAsync"/> takes them away.
    /// A start with <see cref="SubscriptionStart.After"/> adds none. Neither does the subscription when it connects again: topics that the
    /// agent was unsubscribed from in between stay unsubscribed. The topics are added a second time only when the connection broke before
    /// the server had answered for the first time.
    /// </remarks>
    /// <param name="topics">
    /// The topics, at most 1,000. Empty: nothing is added, and the view is everything that the agent may read.
    /// </param>
    /// <param name="options">
    /// Further conditions, and where to start. Leave out its topics, and <see cref="SubscriptionOptions.IncludeAgents"/>.
    /// </param>
    /// <param name="cancellationToken">Ends it, with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events, for one reader at a time.</returns>
    /// <exception cref="ArgumentException">The options break a rule that the client checks.</exception>
    public IAsyncEnumerable<ContextEvent> SubscribeToTopicsAsync(
        IEnumerable<string> topics,
        SubscriptionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new SubscriptionOptions();
        return Follow(topics, options, options.Start).RunAsync(cancellationToken);
    }

    /// <summary>
    /// Calls back for every change of a topic. It returns once the server serves the subscription: the callback is told of everything that
    /// is pushed from then on. The subscription runs in the background until it is disposed. Mirrors <c>subscribe_to_topic</c> of the seed,
    /// whose callback gets the topic, the key and the data.
    /// </summary>
    /// <remarks>
    /// The data is <see langword="null"/> when the key is no longer there for this agent: removed, expired, or routed away. A JSON
    /// <c>null</c> that was pushed is an element of the kind <see cref="JsonValueKind.Null"/>. The callback is called by one thread at a
    /// time, in the order of the commits. A slow callback delays only itself. After a <see cref="ContextEvent.Reset"/> the callback is
    /// told the differences from what it was told before: new items, changed items, and keys that are gone. It may then also be told of
    /// items that are older than the subscription. The client's memory holds the keys that the callback was told of and that are still
    /// there.
    /// </remarks>
    /// <param name="topic">The topic. It is added to the agent's subscriptions, see <see cref="SubscribeToTopicsAsync"/>.</param>
    /// <param name="callback">
    /// Gets topic, key and data. An exception that it throws ends the subscription, see <see cref="TopicSubscription.Completion"/>.
    /// </param>
    /// <param name="options">
    /// Further conditions, and where to start. Leave its topics out. When it starts with a snapshot, the callback is told first of the
    /// items that exist.
    /// </param>
    /// <param name="cancellationToken">
    /// Cancels the opening, which otherwise goes on until a server answers, and ends the subscription.
    /// </param>
    /// <returns>The subscription. Dispose it.</returns>
    /// <exception cref="ArgumentException">The options break a rule that the client checks.</exception>
    /// <exception cref="SynthaException">The server refuses the subscription.</exception>
    public Task<TopicSubscription> SubscribeToTopicAsync(
        string topic,
        Action<string, string, JsonElement?> callback,
        SubscriptionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return SubscribeToTopicAsync(
            topic,
            (name, key, data) =>
            {
                callback(name, key, data);
                return Task.CompletedTask;
            },
            options,
            cancellationToken);
    }

    /// <inheritdoc cref="SubscribeToTopicAsync(string, Action{string, string, JsonElement?}, SubscriptionOptions?, CancellationToken)"/>
    public Task<TopicSubscription> SubscribeToTopicAsync(
        string topic,
        Func<string, string, JsonElement?, Task> callback,
        SubscriptionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ArgumentNullException.ThrowIfNull(callback);
        if (options is { KeysOnly: true })
        {
            throw new ArgumentException($"A callback gets values. Leave {nameof(options.KeysOnly)} out.", nameof(options));
        }

        options ??= new SubscriptionOptions();
        var subscription = Follow([topic], options, options.Start);
        return TopicSubscription.OpenAsync(topic, callback, subscription.RunAsync, calls.Options.CallTimeout, cancellationToken);
    }

    /// <summary>
    /// Opens a view that is always current: a dictionary of the items of these topics that the agent may read.
    /// <see cref="SubscribeToTopicsAsync"/> keeps it up to date.
    /// </summary>
    /// <param name="topics">
    /// The topics, at most 1,000. They are added to the agent's subscriptions. Empty: nothing is added, and the view is everything that the
    /// agent may read.
    /// </param>
    /// <param name="options">
    /// Further conditions. Leave out its topics, kinds and start: a view needs all changes, after a snapshot.
    /// </param>
    /// <param name="cancellationToken">Cancels the opening, which otherwise goes on until a server answers.</param>
    /// <returns>The view, with its first snapshot complete. Dispose it.</returns>
    /// <exception cref="ArgumentException">The options break a rule that the client checks.</exception>
    /// <exception cref="SynthaException">The server refuses the subscription.</exception>
    public Task<ContextView> OpenViewAsync(
        IEnumerable<string> topics,
        SubscriptionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new SubscriptionOptions();
        ContextView.ThrowIfUnfit(options);
        return ContextView.OpenAsync(
            Follow(topics, options, SubscriptionStart.Snapshot), options.KeysOnly, calls.Options.TimeProvider, cancellationToken);
    }

    private Subscription Follow(IEnumerable<string> topics, SubscriptionOptions options, SubscriptionStart start)
    {
        Subscription.ThrowIfFaulty(options, calls.Options);
        var request = StreamRequests.SubscribeToTopics(topics, options, AgentName);
        return new(
            calls,
            (place, isRegistered, cancellationToken) =>
            {
                var placed = request.Clone();
                placed.Start = place;
                placed.SkipRegistration = isRegistered;
                return calls.SubscribeToTopics(placed, cancellationToken);
            },
            options,
            start,
            jsonOptions);
    }
}
