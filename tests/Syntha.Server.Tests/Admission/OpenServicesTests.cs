using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Grpc.Reflection.V1Alpha;

namespace Syntha.Server.Tests.Admission;

/// <summary>What a server that needs credentials shows to a caller without credentials, on both of its ports.</summary>
public sealed class OpenServicesTests(SecuredServer server)
{
    [Fact]
    public async Task Health_WithoutACredential_IsAnswered()
    {
        Assert.Equal(
            HealthCheckResponse.Types.ServingStatus.Serving, (await new Health.HealthClient(server.Channel).CheckAsync(new())).Status);
        using var http = new HttpClient(new SocketsHttpHandler());
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri(server.Http, "/health"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Reflection_WithoutACredential_IsRefused()
    {
        var user = $"alice{Guid.NewGuid():N}";

        Refusal.Of(ErrorReason.CredentialsInvalid, await Assert.ThrowsAsync<RpcException>(() => ServicesAsync(null)));
        Assert.Contains("syntha.v1.ContextMesh", await ServicesAsync((await server.NewKeyAsync(user)).Secret));
        Assert.Contains("syntha.v1.ContextMesh", await ServicesAsync(OperatorKey.Secret));
    }

    [Fact]
    public async Task GrpcWeb_NeedsTheSameCredential()
    {
        var user = $"alice{Guid.NewGuid():N}";
        var key = await server.NewKeyAsync(user);
        using var handler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new SocketsHttpHandler());
        using var channel = GrpcChannel.ForAddress(server.Http, new() { HttpHandler = handler, HttpVersion = new(1, 1) });

        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, new TestUser(channel, user).Mesh.PushAsync(TestUser.Push("k")));
        await new TestUser(channel, user, key.Secret).PushAsync("k");
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, new TestUser(channel, user).Mesh.GetAsync(new() { Key = "k" }));
        Assert.Equal("1", await server.As(user, key.Secret).ValueAsync("k"));
    }

    private async Task<List<string>> ServicesAsync(string? secret)
    {
        var headers = new Metadata();
        if (secret is not null)
        {
            headers.Add("authorization", $"Bearer {secret}");
        }

        using var call = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo(headers);
        try
        {
            await call.RequestStream.WriteAsync(new() { ListServices = "" });
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception refused) when (refused is RpcException or InvalidOperationException)
        {
            // The server refused the call while the client was still sending. The answer says why.
        }
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return [.. call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name)];
    }
}
