using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests;

public sealed class DependencyInjectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddSynthaClient_Resolved_IsOneClientThatCalls()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new V1.GetResponse());
        var services = new ServiceCollection();
        services.AddSynthaClient(options => options.Address = server.Address);
        await using var provider = services.BuildServiceProvider();

        var client = provider.GetRequiredService<SynthaClient>();

        Assert.Same(client, provider.GetRequiredService<SynthaClient>());
        Assert.Null(await client.ForUser("alice").GetAsync("k", cancellationToken: Token));
    }

    [Fact]
    public void AddSynthaClient_ProviderDisposedSynchronously_Works()
    {
        var services = new ServiceCollection();
        services.AddSynthaClient();
        using var provider = services.BuildServiceProvider();

        Assert.NotNull(provider.GetRequiredService<SynthaClient>());
    }

    [Fact]
    public async Task AddSynthaClient_FaultyOptions_FailTheStartOfTheHost()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSynthaClient(options => options.Address = "x").Configure(options => options.MaxAttempts = 0);
        using var host = builder.Build();

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Equal(2, thrown.Failures.Count());
    }

    [Fact]
    public void AddSynthaClient_Configuration_IsReadByPropertyName()
    {
        var services = new ServiceCollection();
        services.AddSynthaClient(Configuration(new()
        {
            ["Syntha:Address"] = "http://127.0.0.1:7",
            ["Syntha:CallTimeout"] = "00:00:03",
            ["Syntha:ConnectTimeout"] = "00:00:04",
            ["Syntha:MaxAttempts"] = "2",
            ["Syntha:RetryDelay"] = "00:00:00.050",
            ["Syntha:MaxRetryDelay"] = "00:00:06",
        }));
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<SynthaClientOptions>>().Value;

        Assert.Equal("http://127.0.0.1:7", options.Address);
        Assert.Equal(TimeSpan.FromSeconds(3), options.CallTimeout);
        Assert.Equal(TimeSpan.FromSeconds(4), options.ConnectTimeout);
        Assert.Equal(2, options.MaxAttempts);
        Assert.Equal(TimeSpan.FromMilliseconds(50), options.RetryDelay);
        Assert.Equal(TimeSpan.FromSeconds(6), options.MaxRetryDelay);
    }

    [Fact]
    public void AddSynthaClient_EmptyCallTimeout_MeansNoLimit()
    {
        var services = new ServiceCollection();
        services.AddSynthaClient(Configuration(new() { ["Syntha:CallTimeout"] = "" }));
        using var provider = services.BuildServiceProvider();

        Assert.Null(provider.GetRequiredService<IOptions<SynthaClientOptions>>().Value.CallTimeout);
    }

    [Theory]
    [InlineData("CallTimeout", "soon", "The setting Syntha:CallTimeout is 'soon'. Give a time such as 00:00:30.")]
    [InlineData("MaxAttempts", "two", "The setting Syntha:MaxAttempts is 'two'. Give a whole number.")]
    public void AddSynthaClient_UnreadableValue_NamesKeyAndRemedy(string key, string value, string expected)
    {
        var services = new ServiceCollection();
        services.AddSynthaClient(Configuration(new() { ["Syntha:" + key] = value }));
        using var provider = services.BuildServiceProvider();

        var thrown = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IOptions<SynthaClientOptions>>().Value);

        Assert.Equal(expected, thrown.Message);
    }

    private static IConfigurationSection Configuration(Dictionary<string, string?> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("Syntha");
}
