using System.Text.Json;

namespace Syntha.Client;

/// <summary>
/// A callback that is told of a topic in the background. <c>SubscribeToTopicAsync</c> of a <see cref="ToolHandler"/> makes it. Dispose it
/// to end the subscription. Thread-safe.
/// </summary>
public sealed class TopicSubscription : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource served = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // True in the task that calls the callback, and in what the callback calls.
    private readonly AsyncLocal<bool> isWithin = new();
    private volatile bool isDisposed;
    private volatile SynthaException? lastFailure;

    private TopicSubscription(string topic) => Topic = topic;

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>
    /// Completes when the subscription was disposed. It fails when the subscription has ended in another way, with the reason: an exception
    /// of the callback, a failure that another attempt would not mend, or the cancelled token. The callback is then not called any more.
    /// </summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// Ends the subscription. Within the callback it does not wait for the end, because the callback itself is part of it.
    /// </summary>
    /// <returns>A task that completes when the callback has returned and will not be called again.</returns>
    public async ValueTask DisposeAsync()
    {
        isDisposed = true;
        await stopping.CancelAsync().ConfigureAwait(false);
        if (!isWithin.Value)
        {
            // Completion tells how it ended.
            await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <param name="topic">The topic.</param>
    /// <param name="callback">Gets topic, key and data.</param>
    /// <param name="follow">Subscribes to the topic, until the token is cancelled.</param>
    /// <param name="limit">How long the opening may take. <see langword="null"/>: any time.</param>
    /// <param name="cancellationToken">Ends the opening and the subscription.</param>
    /// <returns>The subscription, when the server serves it.</returns>
    /// <exception cref="SynthaException">The server did not serve it in time. It is the last failure.</exception>
    /// <exception cref="TimeoutException">The server did not serve it in time, and no failure was told.</exception>
    internal static async Task<TopicSubscription> OpenAsync(
        string topic,
        Func<string, string, JsonElement?, Task> callback,
        Func<CancellationToken, IAsyncEnumerable<ContextEvent>> follow,
        TimeSpan? limit,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var subscription = new TopicSubscription(topic);
        var events = follow(subscription.stopping.Token);
        subscription.Completion = subscription.RunAsync(events, new TopicCallback(topic, callback), cancellationToken);
        var settled = Task.WhenAny(subscription.served.Task, subscription.Completion);
        try
        {
            await settled.WaitAsync(limit ?? Timeout.InfiniteTimeSpan, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw subscription.lastFailure
                ?? (Exception)new TimeoutException($"The server did not serve the subscription to '{topic}' within {limit}.");
        }

        if (!subscription.served.Task.IsCompleted)
        {
            await subscription.Completion.ConfigureAwait(false);
        }

        return subscription;
    }

    private async Task RunAsync(IAsyncEnumerable<ContextEvent> events, TopicCallback callback, CancellationToken cancellationToken)
    {
        isWithin.Value = true;
        using var registration = cancellationToken.Register(stopping.Cancel);
        try
        {
            await foreach (var contextEvent in events.ConfigureAwait(false))
            {
                if (contextEvent is ContextEvent.Established)
                {
                    served.TrySetResult();
                }
                else if (contextEvent is ContextEvent.Interrupted { Failure: { } failure })
                {
                    lastFailure = failure;
                }

                await callback.TellAsync(contextEvent).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (isDisposed && !cancellationToken.IsCancellationRequested)
        {
            // The program has ended it, which is no failure.
        }
    }
}
