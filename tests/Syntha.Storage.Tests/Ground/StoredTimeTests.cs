using CsCheck;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Tests.Ground;

public sealed class StoredTimeTests
{
    [Fact]
    public void Cut_AnyMoment_IsTheWholeMicrosecondBelow() => Gen.Long[0, DateTime.MaxValue.Ticks].Sample(ticks =>
    {
        var cut = StoredTime.Cut(new DateTimeOffset(ticks, TimeSpan.Zero));
        Assert.Equal(ticks - (ticks % 10), cut.Ticks);
        Assert.Equal(cut, StoredTime.FromMicroseconds(StoredTime.ToMicroseconds(cut)));
    });

    [Fact]
    public void ToMicroseconds_OtherOffset_IsTheSameMoment() => Assert.Equal(
        StoredTime.ToMicroseconds(Draft.Noon), StoredTime.ToMicroseconds(Draft.Noon.ToOffset(TimeSpan.FromHours(5))));
}
