using Syntha.Storage.Postgres.Heads;

namespace Syntha.Storage.Tests.Postgres.Heads;

public sealed class DatabaseClockTests
{
    private static readonly DateTimeOffset Shown = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly SettableTime local = new();
    private readonly DatabaseClock clock;

    public DatabaseClockTests() => clock = new(local);

    [Fact]
    public void GetUtcNow_NothingHeardYet_IsTheNodesOwn() => Assert.Equal(local.GetUtcNow(), clock.GetUtcNow());

    [Fact]
    public void GetUtcNow_NodesClockIsSet_GoesOnWithTheTimeThatPassed()
    {
        clock.Hear(Shown);
        local.Wall += TimeSpan.FromHours(1);
        local.Elapsed += TimeSpan.FromSeconds(5);

        Assert.Equal(Shown + TimeSpan.FromSeconds(5), clock.GetUtcNow());
    }

    [Fact]
    public void Hear_AnAnswerThatCameLate_DoesNotCountUntilTheOtherIsOld()
    {
        clock.Hear(Shown);
        local.Elapsed += TimeSpan.FromSeconds(10);
        clock.Hear(Shown + TimeSpan.FromSeconds(9));
        Assert.Equal(Shown + TimeSpan.FromSeconds(10), clock.GetUtcNow());

        local.Elapsed += TimeSpan.FromSeconds(60);
        clock.Hear(Shown + TimeSpan.FromSeconds(69));
        Assert.Equal(Shown + TimeSpan.FromSeconds(69), clock.GetUtcNow());
    }

    [Fact]
    public void Hear_AnAnswerThatCameSooner_CountsAtOnce()
    {
        clock.Hear(Shown);
        clock.Hear(Shown + TimeSpan.FromMilliseconds(3));

        Assert.Equal(Shown + TimeSpan.FromMilliseconds(3), clock.GetUtcNow());
    }

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = Shown;

        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
