using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Syntha.Mesh.Names;
using Syntha.Server.Admission;

namespace Syntha.Server.Tests.Admission;

/// <summary>The buckets of calls: how many calls a user has, when they come back, and which buckets are kept.</summary>
public sealed class RateLimitsTests
{
    private readonly FakeTimeProvider time = new();
    private readonly RateLimits limits;

    public RateLimitsTests() => limits = new(Options.Create(new RateLimitOptions { CallsPerSecond = 10, Burst = 25 }), time);

    [Fact]
    public void User_AfterAPause_HasTheBurstAndThenTheRate()
    {
        var alice = CallerOf("alice");

        Assert.Equal(25, CallsOf(alice));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, CallsOf(alice));
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(0, CallsOf(alice));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, CallsOf(alice));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(25, CallsOf(alice));
    }

    [Fact]
    public void Callers_OfOneUser_ShareItsBucket()
    {
        Assert.Equal(25, CallsOf(CallerOf("alice")));
        Assert.Equal(0, CallsOf(CallerOf("alice")));
        Assert.Equal(25, CallsOf(CallerOf("bob")));
    }

    [Fact]
    public void Set_AnotherRate_GivesTheUserANewBucketAndTheSameRateDoesNot()
    {
        var (alice, bob) = (CallerOf("alice"), CallerOf("bob"));
        Assert.Equal((25, 25), (CallsOf(alice), CallsOf(bob)));

        limits.Set(alice.User, 3);
        Assert.Equal((6, 0), (CallsOf(alice), CallsOf(bob)));
        limits.Set(alice.User, 3);
        Assert.Equal(0, CallsOf(alice));
        Assert.Equal("3", limits.RefusalOf(alice)!.Metadata["limit"]);
        limits.Set(alice.User, null);
        Assert.Equal(25, CallsOf(alice));
    }

    [Fact]
    public void Bucket_ThatIsNotFull_IsKeptHoweverManyUsersThereAre()
    {
        var alice = CallerOf("alice");
        Assert.Equal(25, CallsOf(alice));
        for (var number = 0; number < 10_000; number++)
        {
            limits.RefusalOf(CallerOf($"user{number}"));
        }

        // No bucket is full yet, so all are there.
        Assert.Equal(10_001, limits.Buckets);
        Assert.Equal(0, CallsOf(CallerOf("alice")));
        time.Advance(TimeSpan.FromSeconds(2.5));
        for (var number = 0; number < 10_000; number++)
        {
            limits.RefusalOf(CallerOf($"other{number}"));
        }

        // The full ones were dropped, and a caller that still holds one takes part in the new one.
        Assert.InRange(limits.Buckets, 10_000, 20_000);
        Assert.Equal(25, CallsOf(alice));
        Assert.Equal(0, CallsOf(CallerOf("alice")));
    }

    [Fact]
    public async Task Calls_ManyAtOnce_AreNoMoreThanTheBurst()
    {
        var taken = 0;

        await Parallel.ForAsync(0, 1_000, TestContext.Current.CancellationToken, (_, _) =>
        {
            Interlocked.Add(ref taken, limits.RefusalOf(CallerOf("alice")) is null ? 1 : 0);
            return ValueTask.CompletedTask;
        });

        Assert.Equal(25, taken);
    }

    private static Caller CallerOf(string user) => new(UserIdRule.Default.Parse(user), null, "", DateTimeOffset.UnixEpoch, null!);

    private int CallsOf(Caller caller)
    {
        var calls = 0;
        while (limits.RefusalOf(caller) is null)
        {
            calls++;
        }

        return calls;
    }
}
