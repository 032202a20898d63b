namespace Syntha.Mesh.Tests.Reading;

/// <summary>Statistics count only what the caller sees, so that an agent learns nothing about items that it may not read.</summary>
public sealed class StatsTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Count_ForTheOwner_CountsEverything()
    {
        await PrepareAsync();

        var counts = mesh.Count();

        Assert.Equal((5, 3, 1), (counts.Active, counts.Expired, counts.Global));
        Assert.Equal((3, 2), (counts.Topics, counts.AgentsWithTopics));
        Assert.Equal(Pages.All(mesh.View(null), new()).Sum(item => item.Bytes), counts.Bytes);
    }

    [Fact]
    public async Task Count_ForAnAgent_CountsWhatItMayRead()
    {
        await PrepareAsync();

        var counts = mesh.Count("ann");

        Assert.Equal((3, 2, 1), (counts.Active, counts.Expired, counts.Global));
        Assert.Equal((2, 1), (counts.Topics, counts.AgentsWithTopics));
        Assert.Equal(Pages.All(mesh.View("ann"), new()).Sum(item => item.Bytes), counts.Bytes);
    }

    [Fact]
    public async Task Count_ForAStranger_DiffersInNothingFromAMeshWithoutTheHiddenItems()
    {
        await PrepareAsync();
        var without = new TestMesh();
        await without.DoAllAsync(
            Commands.Register("ann", "news"),
            Commands.Register("bob", "other"),
            Commands.Push("global"),
            Commands.Push("dead", ttl: TimeSpan.Zero));

        Assert.Equal(without.Count("stranger"), mesh.Count("stranger"));
    }

    [Fact]
    public async Task Count_Bytes_AreTheUtf8BytesOfAllThatTheWriterGave()
    {
        await mesh.DoAsync(Commands.Push("ключ", "\"é\"", by: "ann", topics: ["ü"], to: ["bob"]));

        Assert.Equal(8 + 4 + 3 + 2 + 3, mesh.Count().Bytes);
        await mesh.DoAsync(Commands.Push("ключ", "1"));
        Assert.Equal(8 + 1, mesh.Count().Bytes);
    }

    [Fact]
    public void Count_OfAnEmptyMesh_IsZero()
    {
        Assert.Equal(new MeshStats(0, 0, 0, 0, 0, 0), mesh.Count());
        Assert.Equal(new MeshStats(0, 0, 0, 0, 0, 0), mesh.Count("ann"));
    }

    private async Task PrepareAsync()
    {
        await mesh.DoAllAsync(
            Commands.Register("ann", "news"),
            Commands.Register("bob", "other"),
            Commands.Restrict("cid", []),
            Commands.Push("global"),
            Commands.Push("topic", topics: ["news"]),
            Commands.Push("own", by: "ann", to: ["bob"]),
            Commands.Push("hidden", "\"long hidden text\"", topics: ["quiet"]),
            Commands.Push("direct", to: ["bob"]),
            Commands.Push("logged", to: ["ann"], ttl: TimeSpan.FromSeconds(1)),
            Commands.Push("hidden logged", to: ["bob"], ttl: TimeSpan.FromSeconds(1)));
        mesh.Clock.Advance(TimeSpan.FromSeconds(2));
        await mesh.DoAsync(Commands.Push("due", ttl: TimeSpan.Zero));
    }
}
