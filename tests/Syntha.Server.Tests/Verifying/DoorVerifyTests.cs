using System.Net;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Cli.Attacks;
using Syntha.Cli.Verifying;
using Syntha.Page.Access;
using Syntha.Server.Tests.Http;

namespace Syntha.Server.Tests.Verifying;

/// <summary>The attacks of <c>syntha verify</c> through the doors beside gRPC.</summary>
[Collection("Verifying")]
public sealed class DoorVerifyTests(SecuredHttpServer server) : IClassFixture<SecuredHttpServer>
{
    // Over HTTP/1.1 a connection has one call at a time, so that nothing can be held on one connection.
    private static readonly string[] NotOverWeb =
        ["a message without a credential that never ends", "health watches without end on one connection"];

    // Without a user id the credential says over HTTP who the user is.
    private static readonly string[] NotOverHttp = ["no user id"];

    // A page takes its user from its credential where it has one.
    private static readonly string[] NotFromAPage = ["no user id"];

    [Fact]
    public async Task EveryAttack_OverGrpcWeb_IsHeldOff()
    {
        using var channel = GrpcChannel.ForAddress(server.Http, new()
        {
            HttpHandler = new GrpcWebHandler(new SocketsHttpHandler()),
            HttpVersion = HttpVersion.Version11,
            DisposeHttpClient = true,
        });

        await HoldsAsync(channel, NotOverWeb);
    }

    [Fact]
    public async Task EveryAttack_OverHttp_IsHeldOff()
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Http };
        using var channel = GrpcChannel.ForAddress(server.Grpc);
        var door = new HttpDoorInvoker(http, channel.CreateCallInvoker());

        await HoldsAsync(new DoorChannel(door), NotOverHttp);
        Assert.InRange(door.Calls.Http, 4 * door.Calls.Grpc, int.MaxValue);
    }

    [Fact]
    public async Task EveryAttack_FromAnOpenPage_IsHeldOff()
    {
        using var channel = GrpcChannel.ForAddress(server.Grpc);
        await using var page = new PageInvoker(server.Services.GetRequiredService<IPageHost>(), channel.CreateCallInvoker());

        await HoldsAsync(new DoorChannel(page), NotFromAPage);
        Assert.InRange(page.Calls.Page, 4 * page.Calls.Grpc, int.MaxValue);
    }

    private static async Task HoldsAsync(ChannelBase channel, string[] without)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var verification = new Verification(channel, OperatorKey.Secret, output, attack => !without.Contains(attack));

        var isSafe = await verification.RunAsync(TestContext.Current.CancellationToken);

        Assert.True(isSafe, output.ToString());
        var tried = AllAttacks.InOrder.Count - without.Length;
        Assert.Contains($"{tried} attacks: nothing leaked.", output.ToString(), StringComparison.Ordinal);
    }

    private sealed class DoorChannel(CallInvoker door) : ChannelBase("the HTTP door")
    {
        public override CallInvoker CreateCallInvoker() => door;
    }
}
