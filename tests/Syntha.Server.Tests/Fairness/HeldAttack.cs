namespace Syntha.Server.Tests.Fairness;

/// <summary>An attack that stands still where it is worst, until it is disposed.</summary>
/// <param name="held">How much of its work is in the server now.</param>
/// <param name="release">Lets it go on and waits for its end.</param>
/// <param name="parts">Its calls, where one that ends early must not be waited for in vain. Null: they are not known.</param>
internal sealed class HeldAttack(Func<int> held, Func<Task> release, IReadOnlyList<Task>? parts = null) : IAsyncDisposable
{
    public int Held => held();

    /// <summary>Waits until so much of its work is in the server.</summary>
    public async Task<HeldAttack> ReachAsync(int count)
    {
        // There is no event to wait for. Look again and again; the result does not depend on the pace.
        while (Held < count)
        {
            if (parts?.FirstOrDefault(part => part.IsCompleted) is { } ended)
            {
                await ended;
                Assert.Fail("A part of the attack ended before all of it was there.");
            }

            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        return this;
    }

    public async ValueTask DisposeAsync() => await release();
}
