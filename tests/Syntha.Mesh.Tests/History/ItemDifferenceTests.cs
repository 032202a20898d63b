using CsCheck;
using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.History;

/// <summary>What differs between two positions: what two lists as of them would tell.</summary>
public sealed class ItemDifferenceTests
{
    [Fact]
    public async Task AnyHistory_DifferencesOfTwoPositions_AreThoseOfTheirLists() =>
        await Gen.Select(Steps.Batches, Gen.Int[0, 1000]).SampleAsync(
            async history =>
            {
                var (batches, seed) = history;
                var (play, random) = (new PastPlay(), new Random(seed));
                await play.PlayAsync(batches);
                long[] kept = [.. play.Kept];
                if (kept.Length == 0)
                {
                    return;
                }

                foreach (var reader in PastPlay.Readers)
                {
                    var from = await play.PastAsync(reader, new(play.At(kept[random.Next(kept.Length)]), null));
                    var to = random.Next(3) == 0
                        ? play.Mesh.View(reader)
                        : await play.PastAsync(reader, new(play.At(kept[random.Next(kept.Length)]), null));
                    foreach (var filter in new[] { ItemFilter.All, new([TopicName.Parse("t")]), new([], "a", KeyGlob.Parse("*b")) })
                    {
                        Assert.Equal(Expected(from, to, filter), Pages(from, to, filter, 1 + random.Next(3)));
                    }
                }
            },
            iter: 200);

    private static List<string> Pages(MeshView from, MeshView to, ItemFilter filter, int pageSize)
    {
        var differences = new List<string>();
        string? after = null;
        do
        {
            var page = ItemDifference.List(from, to, filter, new(after, pageSize, item => item.Bytes));
            Assert.True(page.Differences.Count <= pageSize, "The page is too long.");
            differences.AddRange(page.Differences.Select(one => $"{PastPlay.Text(one.Before)} > {PastPlay.Text(one.After)}"));
            after = page.NextAfter;
        }
        while (after is not null);
        return differences;
    }

    private static List<string> Expected(MeshView from, MeshView to, ItemFilter filter)
    {
        var (before, after) = (Listed(from), Listed(to));
        return [.. before.Keys.Union(after.Keys)
            .Order()
            .Select(key => (Before: before.GetValueOrDefault(key), After: after.GetValueOrDefault(key)))
            .Where(pair => pair.Before?.Place != pair.After?.Place)
            .Select(pair => $"{PastPlay.Text(pair.Before)} > {PastPlay.Text(pair.After)}")];

        Dictionary<ContextKey, ContextItem> Listed(MeshView view) => Support.Pages.All(view, filter, 2).ToDictionary(item => item.Key);
    }
}
