using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Syntha.Server.Credentials;
using Syntha.Server.Hosting;

namespace Syntha.Cost.Tests;

/// <summary>
/// A server in this process with its own folder, credentials, and one user with one item. Nothing else runs in the process, so that all
/// that it allocates between two moments was allocated for the calls between them.
/// </summary>
internal sealed class CostServer : IAsyncDisposable
{
    public const string Key = "item";

    private const string User = "alice";

    private readonly string folder = Directory.CreateTempSubdirectory("syntha-cost-").FullName;
    private readonly ApiKeyText operatorKey = ApiKeyText.Create(ApiKeyText.OperatorId);
    private readonly WebApplication app;
    private string userKey = "";

    private CostServer() => app = SynthaServer.Build(
        "--Logging:LogLevel:Default=Warning", "--Server:GrpcPort=0", "--Server:HttpPort=0", $"--Storage:DataPath={folder}",
        $"--Authentication:OperatorKeySha256={Convert.ToHexString(operatorKey.Hash())}", "--RateLimit:CallsPerSecond=1000000");

    public static string Value { get; } = $"\"{new string('v', 254)}\"";

    public static PushRequest Push => new() { Item = new() { Key = Key, ValueJson = Value } };

    public static async Task<CostServer> StartAsync()
    {
        var server = new CostServer();
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        using var channel = GrpcChannel.ForAddress(server.app.Urls.First());
        var key = await new Administration.AdministrationClient(channel).CreateApiKeyAsync(
            new() { Scope = KeyScope.User, UserId = User },
            new Metadata { { "authorization", $"Bearer {server.operatorKey.Text}" } });
        server.userKey = key.Secret;
        using var push = server.Call("ContextMesh/Push", Push);
        push.Make(1);
        return server;
    }

    /// <summary>A connection that makes one call of the user.</summary>
    public RepeatedCall Call(string method, Google.Protobuf.IMessage message) =>
        new(new(app.Urls.First()), method, message, ("user-id", User), ("authorization", $"Bearer {userKey}"));

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
