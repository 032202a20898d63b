[assembly: AssemblyFixture(typeof(Syntha.Server.Tests.Credentials.TokenServer))]

namespace Syntha.Server.Tests.Credentials;

/// <summary>A server that accepts the tokens of two issuers: the keys of one are in a file, the other publishes its keys.</summary>
public sealed class TokenServer : IAsyncLifetime
{
    private TestServer? server;

    public TestServer Server => server ?? throw new InvalidOperationException("The server has not started.");

    internal TokenIssuer Corp { get; } = new("https://corp.example");

    internal TokenIssuer Partner { get; } = new("https://partner.example");

    public async ValueTask InitializeAsync() => server = await TestServer.StartAsync(
        OperatorKey.Setting,
        $"--Authentication:Jwt:0:Issuer={Corp.Name}", $"--Authentication:Jwt:0:JwksFile={Corp.WriteKeys()}",
        "--Authentication:Jwt:0:Audiences:0=syntha",
        "--Authentication:Jwt:0:UserPrefix=corp|", "--Authentication:Jwt:0:AgentClaim=agent", "--Authentication:Jwt:0:ClockSkew=00:00:00",
        $"--Authentication:Jwt:1:Issuer={Partner.Name}", $"--Authentication:Jwt:1:MetadataAddress={await Partner.PublishAsync()}",
        "--Authentication:Jwt:1:Audiences:0=syntha", "--Authentication:Jwt:1:UserPrefix=partner|",
        "--Doors:Mcp=true");

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Corp.DisposeAsync();
        await Partner.DisposeAsync();
    }
}
