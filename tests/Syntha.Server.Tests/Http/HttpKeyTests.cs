namespace Syntha.Server.Tests.Http;

/// <summary>Any key of the contract is reached over HTTP, and no two keys become one.</summary>
public sealed class HttpKeyTests(SharedServer server)
{
    // What a path says, and the key that it stands for.
    public static TheoryData<string, string> Paths { get; } = new()
    {
        { "plain", "plain" },
        { "a/b", "a/b" },
        { "a%2Fb", "a/b" },
        { "a%252Fb", "a%2Fb" },
        { "a%25252Fb", "a%252Fb" },
        { "a/../b", "a/../b" },
        { "../b", "../b" },
        { "./b", "./b" },
        { "a/.", "a/." },
        { "a/..", "a/.." },
        { "a//b", "a//b" },
        { "/", "/" },
        { "a/", "a/" },
        { "%2E%2E/b", "../b" },
        { "a+b", "a+b" },
        { "a%2Bb", "a+b" },
        { "a%20b", "a b" },
        { "%20", " " },
        { "a%3Fb", "a?b" },
        { "a%23b", "a#b" },
        { "a;b=c,d:e@f&g", "a;b=c,d:e@f&g" },
        { "a:call", "a:call" },
        { "%C3%A9", "é" },
        { "e%CC%81", "e\u0301" },
        { "%F0%9F%98%80", "😀" },
        { "a%5Cb", "a\\b" },
        { "%22%27%3C%3E", "\"'<>" },
        { "a%0D%0Ab", "a\r\nb" },
        { "%01%7F", "\u0001\u007f" },
        { "%EF%BB%BFbom", "\ufeffbom" },
    };

    public static TheoryData<string, string> Queries { get; } = new()
    {
        { "", "" },
        { ".", "." },
        { "..", ".." },
        { "a/../b", "a/../b" },
        { "a+b", "a b" },
        { "a%2Bb", "a+b" },
        { "a%26b%3Dc", "a&b=c" },
        { "a%252Fb", "a%2Fb" },
        { "a=b", "a=b" },
        { "%C3%A9", "é" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Item_NamedInThePath_HasExactlyThisKey(string path, string key) => await VerifyAsync($"/context/{path}", key);

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Item_NamedInTheQuery_HasExactlyThisKey(string query, string key) => await VerifyAsync($"/context?key={query}", key);

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Item_OfAnAgentNamedInThePath_HasExactlyThisKey(string path, string key) =>
        await VerifyAsync($"/agents/Pl%2Fanner%20%C3%A9/context/{path}", key);

    [Fact]
    public async Task Item_WithTheLongestKey_FitsIntoThePathAndTheQuery()
    {
        var key = string.Concat(Enumerable.Repeat("\u0001é", 1_365)) + "x";
        var encoded = string.Concat(Enumerable.Repeat("%01%C3%A9", 1_365)) + "%78";

        await VerifyAsync($"/context/{encoded}", key);
        await VerifyAsync($"/context?key={encoded}", key);
    }

    [Theory]
    [InlineData("/context/%")]
    [InlineData("/context/a%2")]
    [InlineData("/context/%zz")]
    [InlineData("/context/%FF")]
    [InlineData("/context/%C3")]
    [InlineData("/context?key=%ED%A0%80")]
    public async Task Item_NamedByNoText_IsRefused(string target)
    {
        var user = server.NewUser();

        var answer = await new HttpUser(server.Http, user.Id).PutAsync(target, "1");

        Assert.Equal((400, "MESSAGE_MALFORMED"), (answer.Status, answer.Reason));
        Assert.False(server.HasStore(user.Id));
    }

    [Fact]
    public async Task Request_InTheAbsoluteForm_IsServedLikeAnyOther()
    {
        var user = server.NewUser();

        var answer = await RawHttp.SendAsync(
            server.Http, "PUT", $"{server.Http}v1/context/a%252Fb", "1", $"user-id: {user.Id}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(["a%2Fb"], await user.KeysAsync());
    }

    private async Task VerifyAsync(string target, string key)
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);

        Assert.Equal(200, (await http.PutAsync(target, "\"v\"")).Status);

        Assert.Equal([key], await user.KeysAsync());
        Assert.Equal("\"v\"", (await http.GetAsync(target)).Text);
        Assert.True((await http.SendAsync("DELETE", target)).Json.GetProperty("removed").GetBoolean());
        Assert.Empty(await user.KeysAsync());
        Assert.Equal(404, (await http.GetAsync(target)).Status);
    }
}
