namespace Syntha.Client.Tests.Fakes;

/// <summary>Takes the events of a subscription one by one.</summary>
internal sealed class EventReader(IAsyncEnumerable<ContextEvent> events) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<ContextEvent> enumerator =
        events.GetAsyncEnumerator(TestContext.Current.CancellationToken);

    internal ContextEvent Current => enumerator.Current;

    internal async Task<ContextEvent> NextAsync()
    {
        Assert.True(await enumerator.MoveNextAsync(), "A subscription never ends silently.");
        return enumerator.Current;
    }

    internal async Task<T> NextAsync<T>()
        where T : ContextEvent => Assert.IsType<T>(await NextAsync());

    /// <summary>Takes events until one of the type comes.</summary>
    internal async Task<T> NextOfAsync<T>()
        where T : ContextEvent
    {
        while (true)
        {
            if (await NextAsync() is T wanted)
            {
                return wanted;
            }
        }
    }

    public ValueTask DisposeAsync() => enumerator.DisposeAsync();
}
