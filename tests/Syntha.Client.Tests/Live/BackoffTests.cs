
namespace Syntha.Client.Tests.Live;

public sealed class BackoffTests
{
    private static readonly TimeSpan Initial = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [Fact]
    public void Next_AgainAndAgain_DoublesUpToTheLongest()
    {
        var backoff = new Backoff(Initial, Longest, () => 1);

        double[] delays = [.. Enumerable.Range(0, 7).Select(_ => backoff.Next(asked: null).TotalMilliseconds)];

        Assert.Equal([200, 400, 800, 1_600, 3_200, 5_000, 5_000], delays);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 100)]
    public void Next_Random_IsBetweenZeroAndTheBound(double random, double milliseconds) =>
        Assert.Equal(milliseconds, new Backoff(Initial, Longest, () => random).Next(asked: null).TotalMilliseconds);

    [Fact]
    public void Next_AfterThousandsOfFailures_StaysWithinBounds()
    {
        var backoff = new Backoff(Initial, Longest, Random.Shared.NextDouble);

        Assert.All(Enumerable.Range(0, 5_000), _ => Assert.InRange(backoff.Next(asked: null), TimeSpan.Zero, Longest));
        Assert.Equal(5_000, backoff.Failures);
    }

    [Fact]
    public void Next_AfterReset_BeginsAtTheInitialBound()
    {
        var backoff = new Backoff(Initial, Longest, () => 1);
        backoff.Next(asked: null);
        backoff.Next(asked: null);

        backoff.Reset();

        Assert.Equal((Initial, 1), (backoff.Next(asked: null), backoff.Failures));
    }

    [Theory]
    [InlineData(0.5, 2, 2.1)]
    [InlineData(0, 2, 2)]
    [InlineData(0.5, 60, 5)]
    [InlineData(0.5, -1, 0.1)]
    public void Next_ServerAsksForAWait_WaitsThatLongAtLeastAndTheLongestAtMost(double random, double asked, double seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            new Backoff(Initial, Longest, () => random).Next(TimeSpan.FromSeconds(asked)));
}
