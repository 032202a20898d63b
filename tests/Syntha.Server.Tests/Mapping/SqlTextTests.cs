using Google.Protobuf;

namespace Syntha.Server.Tests.Mapping;

/// <summary>Attack 15: SQL in any text is text.</summary>
public sealed class SqlTextTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly string Target = Path.Combine(Path.GetTempPath(), $"syntha-attached-{Guid.NewGuid():N}");

    public static TheoryData<string> Texts { get; } = new(
        "'; DROP TABLE changes; --", "\"; DELETE FROM live; --", "' OR '1'='1", "x' UNION SELECT user_id FROM head --",
        $"'; ATTACH DATABASE '{Target}' AS x; --",
        "load_extension('x.so')", "PRAGMA writable_schema=ON", "$.value", "@key", ":key", "?1", "{\"$ref\": 1}", "\\'; --",
        "'||(SELECT 1)||'", "%", "_");

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task AnyText_ThatIsSql_IsKeptAsText(string text)
    {
        var user = server.NewUser();
        await user.PushAsync("control", "\"untouched\"");
        var json = System.Text.Json.JsonSerializer.Serialize(text);
        var request = TestUser.Push(text, json, topics: [text], subscribers: [text], agent: text);
        request.Item.MetadataJson = $$"""{"note": {{json}}}""";

        await user.Mesh.PushAsync(request);
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = text, Topics = { text } });
        await user.Mesh.SetPostPermissionsAsync(new() { Agent = text, Permissions = new() { Topics = { text }, MayPostDirect = true } });

        var item = (await user.FindAsync(text, agent: text))!;
        Assert.Equal((text, json, text, request.Item.MetadataJson), (item.Key, item.ValueJson, item.Author, item.MetadataJson));
        Assert.Equal([text], item.Topics);
        Assert.Equal([text], item.Subscribers);
        Assert.Equal([text], (await user.Mesh.ListAsync(new() { Filter = new() { KeyPrefix = text } })).Items.Select(found => found.Key));
        Assert.Equal([text], (await user.Mesh.ListAsync(new() { Filter = new() { Topics = { text } } })).Items.Select(found => found.Key));
        var list = await user.Tools.ListContextAsync(new() { AsAgent = text, Filter = new() { Topics = { text } } });
        Assert.Equal([text], list.Items.Select(found => found.Key));
        Assert.Equal("\"untouched\"", await user.ValueAsync("control"));
        Assert.True((await user.Tools.RemoveContextAsync(new() { AsAgent = text, Key = text })).Removed);
        Assert.Equal(["control"], await user.KeysAsync());
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task AnyText_ThatIsSql_SurvivesARestart()
    {
        var user = server.NewUser();
        foreach (var text in Texts)
        {
            await user.PushAsync(text.Data, topics: [text.Data]);
        }

        var state = (await user.Mesh.ListAsync(new() { PageSize = 1000 })).ToByteString();

        await server.RestartAsync();

        Assert.Equal(state, (await server.As(user.Id).Mesh.ListAsync(new() { PageSize = 1000 })).ToByteString());
        Assert.False(File.Exists(Target));
    }
}
