using Microsoft.Extensions.Time.Testing;
using Syntha.Server.Admission;

namespace Syntha.Server.Tests.Admission;

/// <summary>Connections that prove nothing wait for those of their own address, and for no others (attack 35).</summary>
public sealed class NewcomersTests : IDisposable
{
    private const int Places = 3;
    private const int PerSecond = 10;
    private static readonly TimeSpan OfOne = TimeSpan.FromSeconds(1d / PerSecond);

    private readonly FakeTimeProvider time = new();
    private readonly Newcomers newcomers;

    public NewcomersTests() => newcomers = new(Places, PerSecond, time);

    public void Dispose() => newcomers.Dispose();

    [Fact]
    public async Task Connection_BeyondThePlaces_WaitsUntilOneComesAgain()
    {
        await FillAsync("a");
        var (next, later) = (Enter("a"), Enter("a"));
        Assert.False(next.IsCompleted);

        time.Advance(OfOne);
        Assert.True(await ResultAsync(next));
        Assert.False(later.IsCompleted);
        time.Advance(OfOne);
        Assert.True(await ResultAsync(later));
    }

    [Fact]
    public async Task Connection_OfAnotherOrigin_DoesNotWait()
    {
        await FillAsync("a");
        var waiting = Enter("a");

        Assert.False(waiting.IsCompleted);
        Assert.True(await ResultAsync(Enter("b")));
    }

    [Fact]
    public async Task Connections_ThatProveThemselves_DoNotWait()
    {
        for (var connection = 0; connection < 100 * Places; connection++)
        {
            Assert.True(await ResultAsync(Enter("a")));
            newcomers.Leave("a");
        }
    }

    [Fact]
    public async Task Proof_OfOne_LetsTheNextIn()
    {
        await FillAsync("a");
        var next = Enter("a");

        newcomers.Leave("a");

        Assert.True(await ResultAsync(next));
    }

    [Fact]
    public async Task Connection_BeyondThoseThatMayWait_IsRefused()
    {
        await FillAsync("a");
        var waiting = Enumerable.Range(0, 4 * Places).Select(_ => Enter("a")).ToList();

        Assert.False(await ResultAsync(Enter("a")));
        Assert.All(waiting, turn => Assert.False(turn.IsCompleted));
    }

    [Fact]
    public async Task Connections_OfManyOrigins_ThatWait_AreBoundedInAll()
    {
        foreach (var origin in (string[])["a", "b"])
        {
            await FillAsync(origin);
            Assert.All(Enumerable.Range(0, 4 * Places), _ => Assert.False(Enter(origin).IsCompleted));
        }

        await FillAsync("c");
        Assert.False(await ResultAsync(Enter("c")));
    }

    [Fact]
    public async Task Connection_ThatIsClosedWhileItWaits_TakesNoPlace()
    {
        await FillAsync("a");
        using var closing = new CancellationTokenSource();
        var closed = newcomers.EnterAsync("a", closing.Token);
        var next = Enter("a");

        await closing.CancelAsync();
        Assert.False(await ResultAsync(closed));

        time.Advance(OfOne);
        Assert.True(await ResultAsync(next));
    }

    [Fact]
    public async Task Stop_RefusesAllThatWait()
    {
        await FillAsync("a");
        var waiting = Enter("a");

        newcomers.Close();

        Assert.False(await ResultAsync(waiting));
        Assert.False(await ResultAsync(Enter("a")));
    }

    [Fact]
    public async Task Origins_ThatHaveAllTheirPlacesAgain_AreForgotten()
    {
        for (var origin = 0; origin < 100_000; origin++)
        {
            time.Advance(OfOne);
            Assert.True(await ResultAsync(newcomers.EnterAsync($"{origin}", CancellationToken.None)));
        }

        Assert.InRange(newcomers.Origins, 1, 1_100);
    }

    private static Task<bool> ResultAsync(Task<bool> turn) =>
        turn.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    private async Task FillAsync(string origin)
    {
        for (var place = 0; place < Places; place++)
        {
            Assert.True(await ResultAsync(Enter(origin)));
        }
    }

    private Task<bool> Enter(string origin) => newcomers.EnterAsync(origin, CancellationToken.None);
}
