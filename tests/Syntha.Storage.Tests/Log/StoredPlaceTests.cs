using CsCheck;
using Syntha.Storage.Log;

namespace Syntha.Storage.Tests.Log;

public sealed class StoredPlaceTests
{
    private static readonly Gen<ChangePlace> Places =
        Gen.Select(
            Gen.Long[0, StoredPlace.MaxRevision], Gen.Int[0, StoredPlace.MaxIndex], (revision, index) => new ChangePlace(revision, index));

    [Fact]
    public void Place_AnyWithinLimits_ComesBackAndKeepsItsOrder() => Gen.Select(Places, Places).Sample((one, two) =>
    {
        Assert.Equal(one, new StoredPlace(new StoredPlace(one).Value).Place);
        Assert.Equal(one.CompareTo(two), new StoredPlace(one).Value.CompareTo(new StoredPlace(two).Value));
    });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, StoredPlace.MaxIndex)]
    [InlineData(StoredPlace.MaxRevision, 0)]
    [InlineData(StoredPlace.MaxRevision, StoredPlace.MaxIndex)]
    public void Place_AtALimit_ComesBack(long revision, int index) =>
        Assert.Equal(new(revision, index), new StoredPlace(new StoredPlace(new ChangePlace(revision, index)).Value).Place);

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(StoredPlace.MaxRevision + 1, 0)]
    [InlineData(1, StoredPlace.MaxIndex + 1)]
    public void Place_BeyondALimit_IsRefused(long revision, int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new StoredPlace(new ChangePlace(revision, index)));

    [Fact]
    public void LastOf_ARevision_IsJustBelowTheNext() =>
        Assert.Equal(StoredPlace.FirstOf(8).Value, StoredPlace.LastOf(7).Value + 1);
}
