namespace Syntha.Mesh.Tests.Support;

/// <summary>A point where a store waits for the test. Thread-safe.</summary>
internal sealed class Hold
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the store has come to the point.</summary>
    public Task Reached => reached.Task;

    public void Release() => released.TrySetResult();

    public async ValueTask PassAsync()
    {
        reached.TrySetResult();
        await released.Task;
    }
}
