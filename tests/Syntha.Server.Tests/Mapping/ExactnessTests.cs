using Google.Protobuf.WellKnownTypes;

namespace Syntha.Server.Tests.Mapping;

/// <summary>Legal values are kept exactly, in memory and on disk.</summary>
public sealed class ExactnessTests(TestServer server) : IClassFixture<TestServer>
{
    public static TheoryData<string> Values { get; } = new(
        "9223372036854775807", "-9223372036854775808", "18446744073709551615", "9007199254740993", "1e308", "-0", "0.1000", "1E+2", "null",
        "true", "\"\"", "[]", "{}",
        " {\n\t\"a\" : 1 } ", "\"\\u0041\\ud83d\\ude00\"", "\"\\u0000\"", "\"\U0001F600\"", "{\"\":1}", "{\"a\":1,\"A\":2}",
        new string('[', 64) + new string(']', 64));

    public static TheoryData<string> Keys { get; } = new(
        "", " ", "a b", "a/b.c", "@#$%^&*()", "日本語", "\U0001F511\U0001F468\u200D\U0001F469\u200D\U0001F467", "e\u0301", "\u00e9", "\n",
        "\t", "\u0001", "\ufffd", "\ufeff",
        "\uffff", "\u202ekey", new string('k', 1000), new string('k', 4096), new string('é', 2048));

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Push_LegalValue_IsKeptToTheByte(string json)
    {
        var user = server.NewUser();

        await user.PushAsync("k", json);

        var item = (await user.FindAsync("k"))!;
        Assert.Equal((Item.ContentOneofCase.ValueJson, json), (item.ContentCase, item.ValueJson));
        Assert.Equal(json, Assert.Single((await user.Mesh.ListAsync(new())).Items).ValueJson);
        Assert.Equal(json, (await user.Tools.GetContextAsync(new() { AsAgent = "a", Key = "k" })).Item.ValueJson);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Push_LegalKey_IsKeptExactly(string key)
    {
        var user = server.NewUser();

        await user.PushAsync(key, "\"here\"", topics: key.Length is 0 or > 100 ? [] : [key], agent: key.Length is 0 or > 100 ? null : key);

        Assert.Equal("\"here\"", await user.ValueAsync(key));
        Assert.Equal([key], await user.KeysAsync());
        Assert.True((await user.Mesh.RemoveAsync(new() { Key = key })).Removed);
    }

    [Fact]
    public async Task Push_LegalValuesAndKeys_AreTheSameAfterARestart()
    {
        var user = server.NewUser();
        foreach (var value in Values)
        {
            await user.PushAsync(value.Data, value.Data);
        }

        foreach (var key in Keys)
        {
            await user.PushAsync(key.Data, "1");
        }

        var state = await user.StateAsync();

        await server.RestartAsync();

        Assert.Equal(state, await server.As(user.Id).StateAsync());
    }

    [Fact]
    public async Task Push_KeysThatDifferInNormalisation_AreTwo()
    {
        var user = server.NewUser();
        await user.PushAsync("\u00e9", "1");
        await user.PushAsync("e\u0301", "2");

        Assert.Equal(("1", "2"), (await user.ValueAsync("\u00e9"), await user.ValueAsync("e\u0301")));
    }

    [Fact]
    public async Task Push_OneMebibyteOfTextInAnObject_IsAccepted()
    {
        var user = server.NewUser();
        var json = $"{{\"text\":\"{new string('v', 1024 * 1024)}\"}}";

        await user.PushAsync("k", json);

        Assert.Equal(json, await user.ValueAsync("k"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-315_576_000_000)]
    public async Task Push_TimeToLiveZeroOrNegative_IsExpiredAtOnce(long seconds)
    {
        var user = server.NewUser();

        await user.Mesh.PushAsync(new() { Item = new() { Key = "k", ValueJson = "1", Ttl = new() { Seconds = seconds } } });

        Assert.Null(await user.FindAsync("k"));
        Assert.Empty(await user.KeysAsync());
        var stats = await user.Mesh.GetStatsAsync(new());
        Assert.Equal((1, 0, 1), (stats.Stats.TotalItems, stats.Stats.ActiveItems, stats.Stats.ExpiredItems));
    }

    [Fact]
    public async Task Push_LongestTimeToLive_IsAccepted()
    {
        var user = server.NewUser();
        await user.Mesh.PushAsync(new() { Item = new() { Key = "k", ValueJson = "1", Ttl = new() { Seconds = 315_576_000_000 } } });

        Assert.Equal("1", await user.ValueAsync("k"));
    }

    [Fact]
    public async Task Push_ThousandSubscribersAndHundredTopics_AllCount()
    {
        var user = server.NewUser();
        string[] agents = [.. Enumerable.Range(0, 1000).Select(n => $"agent{n}")];
        string[] topics = [.. Enumerable.Range(0, 100).Select(n => $"topic{n}")];
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "listener", Topics = { "topic99" } });

        await user.PushAsync("k", topics: topics, subscribers: agents);

        var item = (await user.FindAsync("k"))!;
        Assert.Equal(agents, item.Subscribers);
        Assert.Equal(topics, item.Topics);
        Assert.NotNull(await user.FindAsync("k", agent: "agent0"));
        Assert.NotNull(await user.FindAsync("k", agent: "agent999"));
        Assert.NotNull(await user.FindAsync("k", agent: "listener"));
        Assert.Null(await user.FindAsync("k", agent: "agent1000"));
        Assert.Equal(100, (await user.Mesh.GetStatsAsync(new())).Stats.TotalTopics);
    }

    [Fact]
    public async Task Push_StructuredValue_ComesBackAsTextAndStructure()
    {
        var user = server.NewUser();
        var (list, text) = (Value.ForList(Value.ForNull(), Value.ForBool(true)), Value.ForString("\"é\0"));
        var value = Value.ForStruct(new() { Fields = { ["n"] = Value.ForNumber(4), ["l"] = list, ["s"] = text } });

        await user.Mesh.PushAsync(new() { Item = new() { Key = "k", Value = value } });

        Assert.Equal(value, (await user.Mesh.GetAsync(new() { Key = "k", View = ItemView.Structured })).Item.Value);
        Assert.Contains("\"n\":4", await user.ValueAsync("k"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Get_StructuredForm_OfAnyLegalValue_IsThatFormOrTheText(string json)
    {
        var user = server.NewUser();
        await user.PushAsync("k", json);
        await user.PushAsync("other", "[1]");

        var item = (await user.Mesh.GetAsync(new() { Key = "k", View = ItemView.Structured })).Item;
        var listed = (await user.Mesh.ListAsync(new() { View = ItemView.Structured })).Items;

        Assert.True(item.ContentCase == Item.ContentOneofCase.Value || item.ValueJson == json);
        // One value without a structured form must not spoil the others.
        Assert.Equal([item, (await user.Mesh.GetAsync(new() { Key = "other", View = ItemView.Structured })).Item], listed);
        Assert.Equal(Item.ContentOneofCase.Value, listed[1].ContentCase);
    }

    [Fact]
    public async Task AnyAnswer_WithTheLargestValuesInStructuredForm_StaysBelow4MiB()
    {
        var user = server.NewUser();
        var digits = $"[{string.Join(',', Enumerable.Repeat('1', 500_000))}]";
        var fewer = $"[{string.Join(',', Enumerable.Repeat('1', 150_000))}]";
        foreach (var (key, json) in (IEnumerable<(string, string)>)[("a", digits), ("b", fewer), ("c", fewer), ("d", fewer)])
        {
            await user.PushAsync(key, json);
        }

        // By default the channel, like clients, refuses messages that are larger.
        Assert.Equal(digits, (await user.Mesh.GetAsync(new() { Key = "a", View = ItemView.Structured })).Item.ValueJson);
        Assert.Equal(
            150_000, (await user.Mesh.GetAsync(new() { Key = "b", View = ItemView.Structured })).Item.Value.ListValue.Values.Count);
        var many = await user.Mesh.GetManyAsync(new() { Keys = { "a", "b", "c", "d" }, View = ItemView.Structured });
        Assert.Equal(4, many.Items.Count + many.RemainingKeys.Count);
        var (keys, request) = (new List<string>(), new ListRequest { View = ItemView.Structured });
        do
        {
            var page = await user.Mesh.ListAsync(request);
            keys.AddRange(page.Items.Select(item => item.Key));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(["a", "b", "c", "d"], keys);
    }

    [Fact]
    public async Task AnyAnswer_WithTheMostReaders_StaysBelow4MiB()
    {
        var user = server.NewUser();
        string[] readers = [.. Enumerable.Range(0, 5_000).Select(n => $"{n}".PadRight(350))];
        for (var n = 0; n < 3; n++)
        {
            await user.PushAsync($"k{n}", $"\"{new string('v', 900_000)}\"", subscribers: readers);
        }

        Assert.Equal(5_000, (await user.FindAsync("k0"))!.Subscribers.Count);
        Assert.Equal(["k0", "k1", "k2"], await user.KeysAsync());
        Assert.NotEmpty((await user.Mesh.ListAsync(new())).NextPageToken);
    }
}
