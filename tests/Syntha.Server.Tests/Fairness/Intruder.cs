using Grpc.Net.Client;

namespace Syntha.Server.Tests.Fairness;

/// <summary>An attacker with a user's credential, on connections of its own.</summary>
internal sealed class Intruder : IDisposable
{
    private readonly GrpcChannel channel;

    private Intruder(GrpcChannel channel, string id, string secret)
    {
        this.channel = channel;
        User = new(channel, id, secret);
        Headers = [("user-id", id), ("authorization", $"Bearer {secret}")];
    }

    public TestUser User { get; }

    /// <summary>The headers of its calls.</summary>
    public (string Name, string Value)[] Headers { get; }

    public static async Task<Intruder> OpenAsync(TestServer server)
    {
        var id = $"intruder{Guid.NewGuid():N}";
        var key = await server.NewKeyAsync(id);
        return new(GrpcChannel.ForAddress(server.Grpc), id, key.Secret);
    }

    public void Dispose() => channel.Dispose();
}
