namespace Syntha.Server.Tests.Mapping;

/// <summary>Attacks 12 and 13: literal text stays literal, and no filter means all items of this user.</summary>
public sealed class FilterTests(SharedServer server)
{
    private static readonly string[] Keys =
    [
        "", "foo", "foobar", "foo/bar", "Foo", "f%o", "f_o", "f*o", "f?o", "f[o", "f\\o", "foo\n", "foo\r\n", " foo", "%", "_", "*", "?",
        "[", "\\", "'", "\"",
    ];

    [Theory]
    [InlineData("foo", "foo", "foo\n", "foo\r\n", "foo/bar", "foobar")]
    [InlineData("%", "%")]
    [InlineData("f%", "f%o")]
    [InlineData("f_", "f_o")]
    [InlineData("f*", "f*o")]
    [InlineData("f?", "f?o")]
    [InlineData("f[", "f[o")]
    [InlineData("f\\", "f\\o")]
    [InlineData("foo\n", "foo\n")]
    [InlineData("\\", "\\")]
    [InlineData("'", "'")]
    [InlineData("fo%")]
    [InlineData("FOO")]
    public async Task List_Prefix_IsTakenLiterally(string prefix, params string[] expected)
    {
        var user = await UserWithKeysAsync();

        Assert.Equal(expected, (await user.Mesh.ListAsync(new() { Filter = new() { KeyPrefix = prefix } })).Items.Select(item => item.Key));
    }

    [Theory]
    [InlineData("foo", "foo")]
    [InlineData("foo*", "foo", "foo\n", "foo\r\n", "foo/bar", "foobar")]
    [InlineData("f?o", "f%o", "f*o", "f?o", "f[o", "f\\o", "f_o", "foo")]
    [InlineData("f%o", "f%o")]
    [InlineData("f_o", "f_o")]
    [InlineData("f\\o", "f\\o")]
    [InlineData("f[*]o", "f*o")]
    [InlineData("f[?]o", "f?o")]
    [InlineData("f[[]o", "f[o")]
    [InlineData("foo\n", "foo\n")]
    [InlineData("%", "%")]
    [InlineData("[Ff]oo", "Foo", "foo")]
    [InlineData("", "")]
    [InlineData("FOO")]
    public async Task ListAndPattern_Glob_MatchesTheWholeKeyAndNothingElse(string glob, params string[] expected)
    {
        var user = await UserWithKeysAsync();

        var listed = await user.Mesh.ListAsync(new() { Filter = new() { KeyGlob = glob } });
        var found = await user.Tools.ListContextAsync(new() { AsAgent = "a", Filter = new() { KeyGlob = glob } });

        Assert.Equal(expected, listed.Items.Select(item => item.Key));
        Assert.Equal(expected, found.Items.Select(item => item.Key));
    }

    [Fact]
    public async Task List_EmptyFilter_IsAllOfMineAndNothingOfOthers()
    {
        var (user, other) = (await UserWithKeysAsync(), server.NewUser());
        await other.PushAsync("foreign");

        var all = (await user.Mesh.ListAsync(new() { Filter = new() { KeyPrefix = "" } })).Items.Select(item => item.Key).ToList();
        var found = await user.Tools.ListContextAsync(new() { AsAgent = "a", Filter = new() { KeyGlob = "*" } });
        var pattern = found.Items.Select(item => item.Key);

        Assert.Equal(Keys.Order(StringComparer.Ordinal), all);
        Assert.Equal(all, pattern);
        Assert.Equal(["foreign"], await other.KeysAsync());
        Assert.Empty(await server.NewUser().KeysAsync());
    }

    private async Task<TestUser> UserWithKeysAsync()
    {
        var user = server.NewUser();
        await user.Mesh.PushManyAsync(new() { Items = { Keys.Select(key => new ItemWrite { Key = key, ValueJson = "1" }) } });
        return user;
    }
}
