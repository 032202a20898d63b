using System.Text.Json;

using Syntha.Client.Live;
using Syntha.Client.Transport;

namespace Syntha.Client;

public sealed partial class ToolHandler
{
    /// <summary>
    /// Adds topics to the agent's subscriptions and delivers the changes of these topics as they are committed, as far as the agent may
    /// see them. Mirrors <c>subscribe_to_topics</c>. Otherwise as <see cref="ContextMesh.SubscribeAsync"/>.
    /// </summary>
    /// <remarks>
    /// The topics are added when the enumeration begins, and stay when it ends (<see cref="UnsubscribeFromTopicsAsync"/> takes them
    /// away). A start with <see cref="SubscriptionStart.After"/> adds none, and neither does the subscription when it connects again:
    /// what the agent was unsubscribed from in between stays so. Only where the connection broke before the server had answered for the
    /// first time are they added once more.
    /// </remarks>
    /// <param name="topics">
    /// The topics, at most 1,000. Empty: nothing is added, and the view is all that the agent may read.
    /// </param>
    /// <param name="options">Further conditions, and where to start; its topics are to be left out.</param>
    /// <param name="cancellationToken">Ends it, with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events; to be enumerated by one reader at a time.</returns>
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
    /// Calls back for every change of a topic, until cancelled. Mirrors <c>subscribe_to_topic</c> of the seed, whose callback gets the
    /// topic, the key and the data.
    /// </summary>
    /// <remarks>
    /// The data is <see langword="null"/> when the key is no longer there for this agent: removed, expired, or routed away; a JSON
    /// <c>null</c> that was pushed is an element of the kind <see cref="JsonValueKind.Null"/>. The callback is called by one thread at a
    /// time, in the order of the commits, and holds up only itself. After a <see cref="ContextEvent.Reset"/> it hears what has changed
    /// compared with what it was told: what is new, what is other, and what is gone; it may then also hear of items that are older than
    /// the subscription. In memory are the keys that it was told of and that are still there.
    /// </remarks>
    /// <param name="topic">The topic; it is added to the agent's subscriptions, see <see cref="SubscribeToTopicsAsync"/>.</param>
    /// <param name="callback">Topic, key and data. What it throws ends the subscription and is thrown here.</param>
    /// <param name="options">
    /// Further conditions, and where to start; its topics are to be left out. With a snapshot as the start the callback is told first
    /// what is there.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that does not complete by itself.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task SubscribeToTopicAsync(
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
    public Task SubscribeToTopicAsync(
        string topic,
        Func<string, string, JsonElement?, Task> callback,
        SubscriptionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ArgumentNullException.ThrowIfNull(callback);
        if (options is { KeysOnly: true })
        {
            throw new ArgumentException($"A callback is given values: leave {nameof(options.KeysOnly)} out.", nameof(options));
        }

        return new TopicCallback(topic, callback).RunAsync(SubscribeToTopicsAsync([topic], options, cancellationToken));
    }

    /// <summary>
    /// Opens a view that is always current: a dictionary of the items of these topics that the agent may read, kept up to date by
    /// <see cref="SubscribeToTopicsAsync"/>.
    /// </summary>
    /// <param name="topics">
    /// The topics, at most 1,000; they are added to the agent's subscriptions. Empty: nothing is added, and the view is all that the
    /// agent may read.
    /// </param>
    /// <param name="options">
    /// Further conditions; its topics, kinds and start are to be left out: a view needs all changes, after a snapshot.
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
            (place, resumes, cancellationToken) =>
            {
                var placed = request.Clone();
                placed.Start = place;
                placed.Resumes = resumes;
                return calls.SubscribeToTopics(placed, cancellationToken);
            },
            options,
            start,
            jsonOptions);
    }
}
