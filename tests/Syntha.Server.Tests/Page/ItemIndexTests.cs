using System.Text;
using Syntha.Page.Items;

namespace Syntha.Server.Tests.Page;

/// <summary>The index behind the page's list against a set that holds all keys.</summary>
public sealed class ItemIndexTests
{
    private readonly SortedSet<string> keys = new(ByBytes.Instance);
    private readonly ItemIndex index;
    private Random random = new(0);
    private long revision;
    private bool isQuiet;

    public ItemIndexTests() => index = new(ReadAsync);

    public static TheoryData<int, int> Runs { get; } = new()
    {
        { 1, 0 }, { 2, 10 }, { 3, 900 }, { 4, 1_000 }, { 5, 2_500 }, { 6, 5_000 }, { 7, 12_000 }, { 8, 1_001 }, { 9, 3_000 }, { 10, 7_000 },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Places_AfterAnyChangesBetweenAndDuringReads_AreThoseOfTheMesh(int seed, int size)
    {
        random = new(seed);
        for (var n = 0; n < size; n++)
        {
            keys.Add(NewKey());
        }

        await index.OpenAsync(default);
        for (var step = 0; step < 300; step++)
        {
            Change(random.Next(4) == 0 ? random.Next(200) : random.Next(5));
            await (random.Next(3) switch
            {
                0 => index.HoldAsync(random.Next(keys.Count + 1), 60, default),
                _ => (Task)index.StepAsync(default),
            });
        }

        isQuiet = true;
        await EndAsync();
        Assert.Equal(keys.Count, index.Count);
        var all = keys.ToList();
        for (var look = 0; look < 20; look++)
        {
            var first = random.Next(Math.Max(1, all.Count - 60));
            await index.HoldAsync(first, 60, default);
            for (var place = first; place < Math.Min(first + 60, all.Count); place++)
            {
                Assert.Equal(all[place], index.KeyAt(place));
                Assert.Equal(place, index.IndexOf(all[place]));
            }
        }
    }

    [Fact]
    public async Task KeysHeld_OfALongList_AreThoseOfAFewBlocks()
    {
        for (var n = 0; n < 100_000; n++)
        {
            keys.Add(NewKey());
        }

        await index.OpenAsync(default);
        await EndAsync();
        for (var first = 0; first < keys.Count; first += 5_000)
        {
            await index.HoldAsync(first, 60, default);
            Assert.InRange(index.HeldKeys, 60, 5_000);
        }

        Assert.Equal(keys.Count, index.Count);
    }

    [Fact]
    public async Task Blocks_OfAMeshThatIsEmptied_DoNotStay()
    {
        for (var n = 0; n < 20_000; n++)
        {
            keys.Add(NewKey());
        }

        await index.OpenAsync(default);
        await EndAsync();
        foreach (var key in keys.ToList())
        {
            Remove(key);
        }

        await EndAsync();
        Assert.Equal((0, 1), (index.Count, index.Blocks));
    }

    [Fact]
    public void KeyOrder_IsThatOfTheBytes()
    {
        string[] texts = ["", "a", "A", "\uFFFD", "\uE000", "\uD83D\uDE00", "\uD83D\uDE01", "é", "z", "aé", "a\uD83D\uDE00", "a\uFFFD"];

        Assert.Equal(texts.Order(ByBytes.Instance), texts.Order(KeyOrder.Instance));
    }

    private async Task EndAsync()
    {
        for (var step = 0; await index.StepAsync(default); step++)
        {
            Assert.True(step < 10_000, "The index does not come to an end.");
        }
    }

    private async Task<KeyPage> ReadAsync(string token, int size, CancellationToken cancellationToken)
    {
        var after = token.Length == 0 ? null : token[1..];
        var page = keys.Where(key => after is null || ByBytes.Instance.Compare(key, after) > 0).Take(size + 1).ToList();
        var isLast = page.Count <= size;
        var read = new KeyPage(page.Take(size).ToList(), isLast ? "" : $"#{page[size - 1]}", new() { Epoch = "e", Revision = revision });
        // What others write before the answer is here.
        Change(isQuiet ? 0 : random.Next(20));
        await Task.CompletedTask;
        return read;
    }

    private void Change(int count)
    {
        for (var n = 0; n < count; n++)
        {
            switch (random.Next(5))
            {
                case 0 or 1:
                    Push(NewKey());
                    break;
                case 2 when keys.Count > 0:
                    Push(keys.ElementAt(random.Next(keys.Count)));
                    break;
                case 3 or 4 when keys.Count > 0:
                    Remove(keys.ElementAt(random.Next(keys.Count)));
                    break;
                default:
                    break;
            }
        }
    }

    private void Push(string key)
    {
        var isNew = keys.Add(key);
        index.Apply(new(key, ++revision, IsThere: true, isNew ? 1 : 0, IsUnsure: false));
    }

    private void Remove(string key)
    {
        keys.Remove(key);
        index.Apply(new(key, ++revision, IsThere: false, -1, IsUnsure: false));
    }

    private string NewKey() => $"{(char)random.Next('a', 'd')}{(random.Next(8) == 0 ? "\uD83D\uDE00" : "")}{random.Next(200_000)}";

    private sealed class ByBytes : IComparer<string>
    {
        public static ByBytes Instance { get; } = new();

        public int Compare(string? x, string? y) =>
            Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
    }
}
