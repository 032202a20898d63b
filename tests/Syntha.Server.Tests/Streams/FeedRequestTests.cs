using Syntha.Server.Streams;

namespace Syntha.Server.Tests.Streams;

/// <summary>What a stream asks for is looked at for each change, so its size must not follow from the request's alone.</summary>
public sealed class FeedRequestTests
{
    [Fact]
    public void FromWire_KindThatIsNamedAMillionTimes_IsKeptOnce()
    {
        var request = new SubscribeRequest { Kinds = { Enumerable.Repeat(ChangeKind.Removed, 1_000_000) } };

        Assert.Single(FeedRequest.FromWire(request).Filter.Kinds);
    }
}
