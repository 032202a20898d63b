namespace Syntha.Mesh.Tests.Reading;

/// <summary>A topic exists when an agent subscribes to it, or when an item that the caller can read carries it.</summary>
public sealed class TopicTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Topics_WithASubscriber_ExistForEveryone()
    {
        await mesh.DoAsync(Commands.Register("ann", "news"));

        Assert.Equal(["news"], mesh.Topics());
        Assert.Equal(["news"], mesh.Topics(by: "stranger"));
    }

    [Fact]
    public async Task Topics_CarriedByALiveItem_ExistForTheOwnerAndItsReaders()
    {
        await mesh.DoAsync(Commands.Push("k", by: "ann", topics: ["chat_history"], to: ["bob"]));

        Assert.Equal(["chat_history"], mesh.Topics());
        Assert.Equal(["chat_history"], mesh.Topics(by: "ann"));
        Assert.Equal(["chat_history"], mesh.Topics(by: "bob"));
        Assert.Empty(mesh.Topics(by: "stranger"));
        Assert.Equal(0, mesh.Count("stranger").Topics);
    }

    [Fact]
    public async Task Topics_LastSubscriberAndLastItemGone_ExistNoMore()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "t"), Commands.Push("k", topics: ["t"]), Commands.Unsubscribe("ann", "t"));
        Assert.Equal(["t"], mesh.Topics());

        await mesh.DoAsync(Commands.Remove("k"));

        Assert.Empty(mesh.Topics());
    }

    [Fact]
    public async Task Topics_OfAReroutedItem_ExistNoMore()
    {
        await mesh.DoAllAsync(Commands.Push("k", topics: ["old", "both"]), Commands.Push("k", topics: ["both", "new"]));

        Assert.Equal(["both", "new"], mesh.Topics());
    }

    [Fact]
    public async Task Topics_OnlyInPermissions_DoNotExist()
    {
        await mesh.DoAsync(Commands.Restrict("ann", ["t"]));

        Assert.Empty(mesh.Topics());
    }

    [Fact]
    public async Task Topics_AreInByteOrder()
    {
        await mesh.DoAsync(Commands.Register("ann", "b", "\U0001F600", "\uFB00", "a", "B", "ä"));

        Assert.Equal(["B", "a", "b", "ä", "\uFB00", "\U0001F600"], mesh.Topics());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task ListTopics_Paged_GivesEachOnce(int maxTopics)
    {
        var topics = Enumerable.Range(1, 7).Select(number => $"t{number}").ToArray();
        await mesh.DoAsync(Commands.Register("ann", topics));

        Assert.Equal(topics, Pages.AllTopics(mesh.View(null), maxTopics).Select(listing => listing.Name.Value));
    }

    [Fact]
    public async Task ListTopics_PastThePageLimitOfBytes_GoesOnInTheNextPage()
    {
        var agents = Enumerable.Range(0, 100).Select(number => new string((char)('a' + (number % 26)), 500) + number).ToArray();
        var topics = Enumerable.Range(0, 50).Select(number => $"t{number:d2}").ToArray();
        foreach (var agent in agents)
        {
            await mesh.DoAsync(Commands.Register(agent, topics));
        }

        var page = mesh.View(null).ListTopics(null, 1000);

        Assert.InRange(page.Topics.Count, 1, 49);
        Assert.True(page.Topics.Sum(listing => listing.Subscribers.Sum(agent => agent.Value.Length)) < PageLimits.MaxBytes);
        Assert.Equal(topics, Pages.AllTopics(mesh.View(null), 1000).Select(listing => listing.Name.Value));
    }
}
