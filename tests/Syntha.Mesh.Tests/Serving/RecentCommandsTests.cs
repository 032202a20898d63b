namespace Syntha.Mesh.Tests.Serving;

public sealed class RecentCommandsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(64)]
    public void Add_MoreThanFit_TheNewestAreFoundAndNothingElse(int capacity)
    {
        // Also where the lower half of a revision turns negative, and where it starts from 0 again.
        foreach (var first in new[] { 1, (1L << 31) - 3, (1L << 32) - 3 })
        {
            var recent = new RecentCommands(new() { RecentCommands = capacity });
            Assert.Null(recent.Find(first));
            for (var newest = first; newest < first + (3 * capacity) + 5; newest++)
            {
                recent.Add(Command(newest));
                for (var revision = first - 1; revision < newest + capacity + 1; revision++)
                {
                    var isKept = revision >= first && revision <= newest && revision > newest - capacity;
                    Assert.Equal(isKept ? revision : null, recent.Find(revision)?.Revision);
                }
            }
        }
    }

    [Fact]
    public void Add_MoreBytesThanFit_TheOldestLeave()
    {
        // A change takes 256 bytes besides its item, and this item one for its key.
        var recent = new RecentCommands(new() { RecentCommands = 8, RecentBytes = 1_000 });
        for (var revision = 1; revision <= 4; revision++)
        {
            recent.Add(Command(revision, valueBytes: 43));
        }

        Assert.Equal([2, 3, 4], Found(recent, 8));
        Assert.Equal(900, recent.Bytes);

        recent.Add(Command(5, valueBytes: 143));
        Assert.Equal([3, 4, 5], Found(recent, 8));
        Assert.Equal(1_000, recent.Bytes);

        // The newest stays in any case.
        recent.Add(Command(6, valueBytes: 5_000));
        Assert.Equal([6], Found(recent, 8));
        recent.Add(Command(7, valueBytes: 43));
        Assert.Equal([7], Found(recent, 8));
        Assert.Equal(300, recent.Bytes);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(3)]
    public void Add_RevisionThatDoesNotFollow_ClearsTheOthers(long revision)
    {
        var recent = new RecentCommands(new() { RecentCommands = 8 });
        for (var former = 4; former <= 7; former++)
        {
            recent.Add(Command(former));
        }

        recent.Add(Command(revision));
        recent.Add(Command(revision + 1));

        Assert.Equal([revision, revision + 1], Found(recent, 16));
        Assert.Equal(2 * (256 + 1 + 1), recent.Bytes);
    }

    private static IEnumerable<long> Found(RecentCommands recent, int last) =>
        Enumerable.Range(0, last + 1).Select(revision => (long)revision).Where(revision => recent.Find(revision) is not null);

    private static CommittedCommand Command(long revision, int valueBytes = 1) => new(
        revision,
        [
            new()
            {
                Kind = ChangeKind.Created,
                Place = new(revision, 0),
                Time = TestMesh.Start,
                Subject = "k",
                Item = new()
                {
                    Key = ContextKey.Parse("k"),
                    ValueJson = new('1', valueBytes),
                    Readers = Readers.Everyone,
                    Place = new(revision, 0),
                    UpdatedAt = TestMesh.Start,
                },
            },
        ],
        Request: null);
}
