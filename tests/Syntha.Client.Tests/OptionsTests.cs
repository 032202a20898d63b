namespace Syntha.Client.Tests;

public sealed class OptionsTests
{
    [Fact]
    public async Task Address_Default_IsLoopbackOnTheServersPort()
    {
        // A developer's own setting wins. The test does not change it, because the environment belongs to the whole process.
        var expected = Environment.GetEnvironmentVariable("SYNTHA_SERVER") ?? "http://127.0.0.1:50051";
        await using var client = new SynthaClient();

        Assert.Equal(ServerAddress.Find(expected), client.Address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData("127.0.0.1:1/path")]
    [InlineData("ftp://127.0.0.1:1")]
    [InlineData("http://127.0.0.1:1/path")]
    [InlineData("http://127.0.0.1:1/?a=b")]
    [InlineData("http://user:secret@127.0.0.1:1")]
    [InlineData("no address")]
    public void Address_ThatIsNone_IsRefusedWithTheRemedy(string address)
    {
        var thrown = Assert.Throws<ArgumentException>(() => new SynthaClient(address));

        Assert.Contains("Give http://host:port", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:50051", "http://localhost:50051/")]
    [InlineData("[::1]:50051", "http://[::1]:50051/")]
    [InlineData("http://localhost:50051", "http://localhost:50051/")]
    [InlineData("https://syntha.example", "https://syntha.example/")]
    public async Task Address_UrlOrHostAndPort_IsTaken(string address, string url)
    {
        await using var client = new SynthaClient(address);

        Assert.Equal(url, client.Address.AbsoluteUri);
    }

    [Fact]
    public void Options_SeveralFaults_AreAllTold()
    {
        var options = new SynthaClientOptions
        {
            Address = "x",
            CallTimeout = TimeSpan.Zero,
            ConnectTimeout = TimeSpan.FromDays(2),
            MaxAttempts = 1001,
            RetryDelay = TimeSpan.FromSeconds(-1),
            MaxRetryDelay = TimeSpan.FromSeconds(-2),
            JsonSerializerOptions = null!,
        };

        var thrown = Assert.Throws<ArgumentException>(() => new SynthaClient(options));

        Assert.All(
            ["Address is 'x'", "CallTimeout is 00:00:00", "ConnectTimeout is 2.00", "MaxAttempts is 1001", "RetryDelay is -00:00:01",
                "MaxRetryDelay is -00:00:02", "JsonSerializerOptions is null"],
            fault => Assert.Contains(fault, thrown.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_WithoutTimeoutAndWithoutRetry_AreLegal()
    {
        await using var client = new SynthaClient(new SynthaClientOptions { CallTimeout = null, MaxAttempts = 1 });

        Assert.Equal("alice", client.ForUser("alice").UserId);
    }

    [Fact]
    public async Task Options_ChangedAfterwards_DoNotReachTheClient()
    {
        var options = new SynthaClientOptions { Address = "http://127.0.0.1:1" };
        await using var client = new SynthaClient(options);

        options.JsonSerializerOptions = null!;

        Assert.NotNull(client.JsonSerializerOptions);
    }

    [Fact]
    public async Task Credential_OverHttp_GoesToThisMachineOnlyUnlessAllowed()
    {
        var options = new SynthaClientOptions { Address = "http://syntha.example", ApiKey = "syntha_id_not-to-be-told" };

        var thrown = Assert.Throws<ArgumentException>(() => new SynthaClient(options));

        Assert.Contains("in the clear", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-to-be-told", thrown.Message, StringComparison.Ordinal);
        string[] safe =
            ["http://127.0.0.1:50051", "127.0.0.1:50051", "http://[::1]:50051", "http://localhost:50051", "https://syntha.example"];
        foreach (var address in safe)
        {
            await new SynthaClient(new SynthaClientOptions { Address = address, ApiKey = options.ApiKey }).DisposeAsync();
        }

        options.AllowCredentialsWithoutTls = true;
        await new SynthaClient(options).DisposeAsync();
    }

    [Fact]
    public void Credentials_ThatMakeNoSense_AreToldWithoutTheKey()
    {
        var options = new SynthaClientOptions
        {
            ApiKey = "not to be told",
            TokenProvider = _ => ValueTask.FromResult("token"),
            TrustedAuthoritiesPath = "missing.pem",
        };

        var thrown = Assert.Throws<ArgumentException>(() => new SynthaClient(options));

        Assert.All(
            ["ApiKey and TokenProvider are both given", "ApiKey is empty, or holds", "TrustedAuthoritiesPath is 'missing.pem'"],
            fault => Assert.Contains(fault, thrown.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("not to be told", thrown.Message, StringComparison.Ordinal);
    }
}
