namespace Syntha.Mesh.Tests.Serving;

public sealed class ExpiryTimerTests
{
    [Fact]
    public async Task Push_WhileTheTimerIsSetForALaterDeadline_DoesNotWaitForThat()
    {
        var clock = new FakeTimeProvider(TestMesh.Start);
        var time = new WatchedTime(clock);
        var store = new MemoryStore(clock);
        var mesh = new UserMesh(store, store.Read(), time, TestMesh.Limits, () => TestMesh.NoQuotas);
        await mesh.SubmitAsync(Commands.Push("late", ttl: TimeSpan.FromDays(60)), TestContext.Current.CancellationToken);
        // The timer rings in between, because it cannot count that far. Just as it is about to be set again, a push comes.
        time.BeforeChange = () =>
        {
            time.BeforeChange = static () => { };
            var pushed = mesh.SubmitAsync(Commands.Push("soon", ttl: TimeSpan.FromSeconds(1)), CancellationToken.None);
            Assert.True(pushed.IsCompletedSuccessfully);
        };
        clock.Advance(TimeSpan.FromDays(45));
        Assert.Equal(["late", "soon"], store.Changes.Select(change => change.Subject));

        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((ChangeKind.Expired, "soon"), (store.Changes.Last().Kind, store.Changes.Last().Subject));
    }
}
