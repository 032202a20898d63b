using Syntha.Mesh.Following;
using Syntha.Mesh.Items;
using Syntha.Mesh.Names;
using Syntha.Server.Streams;

namespace Syntha.Server.Tests.Streams;

/// <summary>Streams to which a message looks the same share its bytes, and no others do.</summary>
public sealed class SharedFramesTests
{
    private static readonly Mesh.Log.Position Through = new("epoch", 3);
    private static readonly FeedMessages Plain = new(ItemView.Json, null);

    private readonly SharedFrames frames = new();

    [Fact]
    public void Find_SameChanges_IsTheSameFrame()
    {
        var (first, second) = (Created(1), Created(2));

        var one = frames.Find([Seen(first)], Through, Plain)!.Value;
        var both = frames.Find([Seen(first), Seen(second)], Through, Plain)!.Value;

        Assert.Equal(one, frames.Find([Seen(first)], Through, Plain));
        Assert.Equal(both, frames.Find([Seen(first), Seen(second)], Through, Plain));
        Assert.Equal(["k1"], KeysOf(one));
        Assert.Equal(["k1", "k2"], KeysOf(both));
    }

    [Fact]
    public void Find_AnythingElseAboutIt_IsAnotherFrame()
    {
        var (first, second, third) = (Created(1), Created(2), Created(3));
        IReadOnlyList<FeedChange> page = [Seen(first), Seen(third)];
        var frame = frames.Find(page, Through, Plain)!.Value;

        // The entry is there again each time, so the streams differ because of what tells them apart, and not because the entry was gone.
        Differs([Seen(second), Seen(third)], Through, Plain);
        Differs([Seen(first), Seen(third with { })], Through, Plain);
        Differs([Seen(first), Seen(third) with { Kind = FeedKind.EnteredView }], Through, Plain);
        Differs([Seen(third)], Through, Plain);
        Differs(page, Through with { Revision = 4 }, Plain);
        Differs(page, Through with { Epoch = "another" }, Plain);
        Differs(page, Through, new(ItemView.Keys, null));
        Differs(page, Through, new(ItemView.Structured, null));

        void Differs(IReadOnlyList<FeedChange> other, Mesh.Log.Position through, FeedMessages messages)
        {
            Assert.Equal(frame.ToArray(), frames.Find(page, Through, Plain)!.Value.ToArray());
            var expected = messages.Changes(other, through).Single().Changes;
            Assert.Equal(expected, Read(frames.Find(other, through, messages)!.Value));
        }
    }

    [Fact]
    public void Find_ValueThatExpires_IsNotShared()
    {
        var expiring = Created(2, expiresAt: DateTimeOffset.MaxValue);

        Assert.Null(frames.Find([Seen(Created(1)), Seen(expiring)], Through, Plain));
        Assert.Null(frames.Find([Seen(Created(1)), Seen(expiring) with { IsExpired = true }], Through, Plain));
    }

    [Fact]
    public void Find_MuchAtOnce_IsNotShared()
    {
        Assert.Null(frames.Find([], Through, Plain));
        Assert.Null(frames.Find([.. Enumerable.Range(1, 17).Select(number => Seen(Created(number)))], Through, Plain));
        Assert.Null(frames.Find([Seen(Created(1, bytes: 10_000)), Seen(Created(2, bytes: 10_000))], Through, Plain));
    }

    private static FeedChange Seen(Mesh.Log.Change change) => new(FeedKind.Created, change, change.Item, IsExpired: false);

    private static Mesh.Log.Change Created(int number, int bytes = 3, DateTimeOffset? expiresAt = null)
    {
        var place = new ChangePlace(number, 0);
        return new()
        {
            Kind = Mesh.Log.ChangeKind.Created,
            Place = place,
            Time = DateTimeOffset.UnixEpoch,
            Subject = $"k{number}",
            Item = new()
            {
                Key = ContextKey.Parse($"k{number}"),
                ValueJson = $"\"{new string('x', bytes)}\"",
                Readers = Readers.Everyone,
                Place = place,
                UpdatedAt = DateTimeOffset.UnixEpoch,
                ExpiresAt = expiresAt,
            },
        };
    }

    private static IEnumerable<string> KeysOf(ReadOnlyMemory<byte> frame) => Read(frame).Changes_.Select(change => change.Key);

    private static Changes Read(ReadOnlyMemory<byte> frame) => SubscribeResponse.Parser.ParseFrom(frame.Span[5..]).Changes;
}
