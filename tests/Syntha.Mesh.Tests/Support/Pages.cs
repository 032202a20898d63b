namespace Syntha.Mesh.Tests.Support;

/// <summary>Lists by walking through all pages.</summary>
internal static class Pages
{
    public static List<ContextItem> All(MeshView view, ItemFilter filter, int maxItems = 1000, Func<ContextItem, long>? sizeOf = null) =>
        [.. Walk(view, filter, maxItems, sizeOf).SelectMany(page => page.Items)];

    public static IEnumerable<ItemPage> Walk(MeshView view, ItemFilter filter, int maxItems, Func<ContextItem, long>? sizeOf = null)
    {
        string? after = null;
        do
        {
            var page = view.List(filter, new(after, maxItems, sizeOf ?? (item => item.Bytes)));
            // A page leads onwards, or a caller would walk in circles.
            if (after is not null && page.NextAfter is not null)
            {
                Assert.True(Utf8Order.Instance.Compare(page.NextAfter, after) > 0, "A page token does not lead onwards.");
            }

            yield return page;
            after = page.NextAfter;
        }
        while (after is not null);
    }

    public static List<TopicListing> AllTopics(MeshView view, int maxTopics)
    {
        var topics = new List<TopicListing>();
        string? after = null;
        do
        {
            var page = view.ListTopics(after, maxTopics);
            Assert.True(page.Topics.Count <= maxTopics);
            topics.AddRange(page.Topics);
            after = page.NextAfter;
        }
        while (after is not null);
        return topics;
    }
}
