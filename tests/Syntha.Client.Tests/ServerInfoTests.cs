using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests;

public sealed class ServerInfoTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetServerInfo_AnswerOfANewerServer_KeepsWhatThisClientKnows()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new V1.GetServerInfoResponse
        {
            Version = "9.0.0",
            Features = { V1.ServerFeature.Authentication, (V1.ServerFeature)99, V1.ServerFeature.Encryption },
            Limits = new() { MaxKeyBytes = 1, MaxKeysPerRead = 9 },
        });
        await using var client = server.Client();

        var told = await client.GetServerInfoAsync(Token);

        Assert.Equal("9.0.0", told.Version);
        Assert.Equal([ServerFeature.Authentication, ServerFeature.Encryption], told.Features);
        Assert.Equal((1, 9), (told.Limits.MaxKeyBytes, told.Limits.MaxKeysPerRead));
    }

    [Fact]
    public async Task GetServerInfo_NamesNoUser()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new V1.GetServerInfoResponse());
        await using var client = server.Client();

        await client.GetServerInfoAsync(Token);

        Assert.Null(server.Calls.Single().UserId);
    }

    [Fact]
    public void ServerFeature_OfTheClient_IsThatOfTheContract() => Assert.Equal(
        Enum.GetNames<V1.ServerFeature>().Where(name => name != nameof(V1.ServerFeature.Unspecified)), Enum.GetNames<ServerFeature>());
}
