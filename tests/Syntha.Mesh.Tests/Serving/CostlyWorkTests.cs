namespace Syntha.Mesh.Tests.Serving;

/// <summary>Costly work of one user waits for that user, and never for another one.</summary>
public sealed class CostlyWorkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turn_IsTakenOnAThreadThatIsNotThePools()
    {
        for (var round = 0; round < 100; round++)
        {
            await new CostlyWork(new(1)).TurnAsync(Token);

            Assert.False(Thread.CurrentThread.IsThreadPoolThread);
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Turns_OfOneUser_ComeOneAfterTheOther_AndThoseOfAnotherUserMeanwhile()
    {
        var threads = new WorkThreads(4);
        var (alice, bob) = (new CostlyWork(threads), new CostlyWork(threads));
        using var release = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = Task.Run(async () =>
        {
            await alice.TurnAsync(Token);
            begun.SetResult();
            release.Wait(Token);
        }, Token);
        await begun.Task;

        var second = TakeAsync(alice, Token);
        await TakeAsync(bob, Token);

        Assert.False(second.IsCompleted);
        release.Set();
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task Turns_MoreUsersThanThreads_GoRound()
    {
        var threads = new WorkThreads(1);
        var order = new List<int>();
        var users = Enumerable.Range(0, 3).Select(_ => new CostlyWork(threads)).ToArray();
        using var release = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = Task.Run(async () =>
        {
            await users[0].TurnAsync(Token);
            begun.SetResult();
            release.Wait(Token);
        }, Token);
        await begun.Task;
        // Each user asks for two turns, the first user before the others.
        var rest = Enumerable.Range(0, 6).Select(number => NoteAsync(number / 2)).ToArray();
        release.Set();
        await Task.WhenAll([first, .. rest]);

        Assert.Equal([1, 2, 0, 1, 2, 0], order);

        async Task NoteAsync(int user)
        {
            await users[user].TurnAsync(Token);
            order.Add(user);
        }
    }

    [Fact]
    public async Task Turn_CallerGivesUp_TheWaitEndsAtOnceAndTheNextOneIsServed()
    {
        var work = new CostlyWork(new(1));
        using var release = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = Task.Run(async () =>
        {
            await work.TurnAsync(Token);
            begun.SetResult();
            release.Wait(Token);
        }, Token);
        await begun.Task;
        using var cancelled = new CancellationTokenSource();
        var (given, next) = (TakeAsync(work, cancelled.Token), TakeAsync(work, Token));

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        release.Set();
        await Task.WhenAll(first, next);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TakeAsync(work, cancelled.Token));
    }

    // The caller goes on outside of the turn.
    private static async Task TakeAsync(CostlyWork work, CancellationToken cancellationToken)
    {
        await work.TurnAsync(cancellationToken);
        await Task.Yield();
    }
}
