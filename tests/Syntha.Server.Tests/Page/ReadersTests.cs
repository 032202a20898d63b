using Syntha.Page.Parts;

namespace Syntha.Server.Tests.Page;

/// <summary>The page says who reads an item, and why. The server decides it, and the page must say the same.</summary>
public sealed class ReadersTests(SharedServer server)
{
    private static readonly string[] Agents = ["Planner", "Booker", "Guide", "Nobody"];
    private static readonly string[] Topics = ["travel", "money", "empty"];

    [Fact]
    public async Task WhoReads_ForEveryRoutingAndAuthor_IsWhatTheServerAnswers()
    {
        var user = server.NewUser();
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "Planner", Topics = { "travel" } });
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "Booker", Topics = { "travel", "money" } });
        var random = new Random(7);
        for (var n = 0; n < 60; n++)
        {
            var request = new PushRequest { Item = new() { Key = $"k{n}", ValueJson = "1" } };
            request.Item.Topics.AddRange(Topics.Where(_ => random.Next(3) == 0));
            request.Item.Subscribers.AddRange(Agents.Take(3).Where(_ => random.Next(4) == 0));
            if (random.Next(2) == 0)
            {
                request.AsAgent = Agents[random.Next(3)];
            }

            await user.Mesh.PushAsync(request);
        }

        var subscriptions = new Subscriptions();
        subscriptions.Set("Planner", ["travel"]);
        subscriptions.Set("Booker", ["travel", "money"]);
        var readers = new Readers(subscriptions);
        var items = (await user.Mesh.ListAsync(new() { View = ItemView.Keys })).Items;
        Assert.Equal(60, items.Count);
        foreach (var agent in Agents)
        {
            var seen = (await user.Mesh.ListAsync(new() { View = ItemView.Keys, AsAgent = agent })).Items.Select(item => item.Key);
            var said = items.Where(item => readers.Why(agent, ItemRouting.Of(item), DateTimeOffset.UnixEpoch).Count > 0)
                .Select(item => item.Key);
            Assert.Equal(seen, said);
        }
    }
}
