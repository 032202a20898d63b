namespace Syntha.Server.Tests.Admission;

/// <summary>
/// Attacks 6 to 10: ids that look alike, or that mean something to a file system or a database, are separate users or are refused.
/// </summary>
public sealed class UserNamesTests(SharedServer server)
{
    private static readonly string First63 = new('x', 63);

    public static TheoryData<string, string> LookAlikes { get; } = new()
    {
        { "Alice", "alice" },
        { "ALICE", "Alice" },
        { "a.b@x", "a_b_x" },
        { "acme-corp", "acme_corp" },
        { "acme.corp", "acme-corp" },
        { "a|b", "a-b" },
        { First63 + "1", First63 + "2" },
        { First63, First63 + "x" },
        { "trailing", "trailing." },
        { "trailing.", "trailing.." },
        { "con", "CON" },
        { "con", "con.txt" },
        { "a@b", "a@b." },
        { "context.db", "context-db" },
        { "user_alice", "alice" },
        { "0", "00" },
    };

    public static TheoryData<string> Reserved { get; } = new(
        "con", "nul", "prn", "aux", "com1", "lpt9", "public", "pg_catalog", "pg_toast", "information_schema", "postgres", "template1",
        "syntha", "none",
        "lock", "users", "global", "system", "null", "undefined", "admin", "root");

    public static TheoryData<string> OddIds { get; } = new(
        "../bob", "..", ".", "/etc/passwd", "a/b", "a\\b", "C:\\bob", "%2e%2e%2fbob", "x';DROP/**/TABLE/**/changes;--", "\"x\"", "100%",
        "a%b", "a_b%", "*", "?",
        "[a]", "~", "~aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a:b", "a;b", "$(id)", "`id`", "context.db", ".new", "-wal", "a,b", "bob/", "bob.",
        "{0}", "<b>");

    [Theory]
    [MemberData(nameof(LookAlikes))]
    public async Task Users_WhoseIdsLookAlike_NeverMeet(string one, string two)
    {
        var (first, second) = (server.As(one), server.As(two));
        var key = Guid.NewGuid().ToString();
        await first.PushAsync(key, "\"of the first\"");

        Assert.Null(await second.FindAsync(key));
        await second.PushAsync(key, "\"of the second\"");

        Assert.Equal("\"of the first\"", await first.ValueAsync(key));
        Assert.Equal("\"of the second\"", await second.ValueAsync(key));
        Assert.NotEqual((await first.PositionAsync()).Epoch, (await second.PositionAsync()).Epoch);
    }

    [Theory]
    [MemberData(nameof(Reserved))]
    public async Task Users_WithReservedNames_AreUsersLikeOthers(string id)
    {
        var (user, other) = (server.As(id), server.NewUser());
        await user.PushAsync("k", $"\"{id}\"");

        Assert.Equal($"\"{id}\"", await user.ValueAsync("k"));
        Assert.Null(await other.FindAsync("k"));
    }

    [Fact]
    public async Task Users_WithReservedNames_AreNotSoCalledOnDisk()
    {
        foreach (var id in (string[])["con", "nul", "public", "pg_catalog", "information_schema", "postgres"])
        {
            await server.As(id).PushAsync("k");

            Assert.False(server.StoreNames().Contains(id), id);
        }
        await server.As("plain-name").PushAsync("k");
        Assert.True(server.HasStore("plain-name"));
    }

    [Fact]
    public async Task Users_UnderAPatternThatAllowsAnything_StayBelowTheFolderAndNeverMeet()
    {
        await using var open = await TestServer.StartAsync("--Users:IdPattern=.+");
        var ids = OddIds.Select(row => row.Data).ToList();
        foreach (var id in ids)
        {
            await open.As(id).PushAsync("k", $"\"{ids.IndexOf(id)}\"");
        }

        foreach (var id in ids)
        {
            Assert.Equal($"\"{ids.IndexOf(id)}\"", await open.As(id).ValueAsync("k"));
            Assert.Equal(1, (await open.As(id).PositionAsync()).Revision);
        }
        Assert.Equal(ids.Count, open.StoreNames().Count());
        Assert.All(open.StoreNames(), name => Assert.Matches("^(~[a-z2-7]{32}|[a-z0-9][a-z0-9_-]*)$", name));
        if (!TestStore.PrefersPostgres)
        {
            var own = Directory.GetFileSystemEntries(open.Folder)
                .Select(Path.GetFileName)
                .Where(name => name?.StartsWith("audit.db", StringComparison.Ordinal) != true);
            Assert.Equal(["lock", "users"], own.Order());
        }
    }

    [Theory]
    [InlineData("a:b", "c", "a", "b:c")]
    [InlineData("a|b", "c", "a", "b|c")]
    [InlineData("a.b", "c", "a", "b.c")]
    [InlineData("a", "\u001f", "a\u001f", "")]
    [InlineData("a", "/b", "a/", "b")]
    public async Task Topics_AndAgents_WhoseNamesComposeAlike_NeverMeet(string agent, string topic, string otherAgent, string otherTopic)
    {
        var user = server.NewUser();
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = agent, Topics = { topic } });
        if (otherTopic.Length > 0)
        {
            await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = otherAgent, Topics = { otherTopic } });
        }

        await user.PushAsync("routed", topics: [topic]);
        await user.PushAsync("direct", subscribers: [agent]);

        Assert.Equal(["direct", "routed"], await user.KeysAsync(agent));
        Assert.Empty(await user.KeysAsync(otherAgent));
    }

    [Theory]
    [InlineData("a:b", "k", "a", "b:k")]
    [InlineData("a|b", "k", "a", "b|k")]
    [InlineData("a.b", "k", "a", "b.k")]
    public async Task UsersAndKeys_ThatComposeAlike_NeverMeet(string user, string key, string otherUser, string otherKey)
    {
        await using var open = await TestServer.StartAsync("--Users:IdPattern=.+", "--Mesh:MaxMemoryBytes=1048576");
        await open.As(user).PushAsync(key, "\"mine\"");

        Assert.Null(await open.As(otherUser).FindAsync(otherKey));
        Assert.Equal("\"mine\"", await open.As(user).ValueAsync(key));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("global")]
    [InlineData("system")]
    [InlineData("owner")]
    [InlineData("null")]
    [InlineData("%")]
    [InlineData("public")]
    public async Task AgentsAndTopics_WithSpecialLookingNames_AreNamesLikeOthers(string name)
    {
        var user = server.NewUser();
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "listener", Topics = { "t" } });
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = name, Topics = { name } });
        await user.PushAsync("for-t", topics: ["t"]);
        await user.PushAsync("for-name", topics: [name]);
        await user.PushAsync("direct-to-name", subscribers: [name]);
        await user.PushAsync("direct", subscribers: ["listener"]);

        Assert.Equal(["direct-to-name", "for-name"], await user.KeysAsync(name));
        Assert.Equal(["direct", "for-t"], await user.KeysAsync("listener"));
    }
}
