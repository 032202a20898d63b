using Grpc.Net.Client;

namespace Syntha.Server.Tests.Fairness;

/// <summary>A user who does nothing unusual, on a connection of its own: pushes, gets, and one stream.</summary>
internal sealed class Victim : IAsyncDisposable
{
    private readonly GrpcChannel channel;
    private readonly TestUser user;
    private AsyncServerStreamingCall<SubscribeResponse>? stream;

    private Victim(GrpcChannel channel, TestUser user) => (this.channel, this.user) = (channel, user);

    public static async Task<Victim> OpenAsync(TestServer server)
    {
        var id = $"victim{Guid.NewGuid():N}";
        var key = await server.NewKeyAsync(id);
        var channel = GrpcChannel.ForAddress(server.Grpc);
        return new(channel, new(channel, id, key.Secret));
    }

    /// <summary>Makes so many calls of each kind, one after the other. Each must succeed, and each push must come to the stream.</summary>
    public async Task BeServedAsync(int calls)
    {
        if (stream is null)
        {
            stream = user.Mesh.Subscribe(new() { Start = new() { Now = new() } });
            Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        }

        for (var call = 0; call < calls; call++)
        {
            var revision = await user.PushAsync($"k{call % 3}", $"{call}");
            Assert.Equal($"{call}", await user.ValueAsync($"k{call % 3}"));
            do
            {
                Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            }
            while (stream.ResponseStream.Current.Changes?.Changes_.LastOrDefault()?.Revision != revision);
        }
    }

    /// <summary>A push of 3 MB, which needs room for its bytes.</summary>
    public async Task PushLargeAsync() => await user.Mesh.PushManyAsync(Attacks.LargePush());

    public ValueTask DisposeAsync()
    {
        stream?.Dispose();
        channel.Dispose();
        return ValueTask.CompletedTask;
    }
}
