using System.Diagnostics;

namespace Syntha.Server.Tests.Hosting;

/// <summary>
/// The server describes itself, so that general tools can call it. The tool here is `buf curl`, which `make test` puts on the path.
/// </summary>
public sealed class ReflectionTests(SharedServer server)
{
    [Theory]
    [InlineData("grpc-v1")]
    [InlineData("grpc-v1alpha")]
    public async Task Reflection_OfEitherVersion_ListsTheServices(string protocol)
    {
        var (exitCode, output) = await BufAsync("--reflect-protocol", protocol, "--list-services", server.Grpc.ToString());

        Assert.True(exitCode == 0, output);
        foreach (var service in (string[])[
            "syntha.v1.ContextMesh", "syntha.v1.ToolHandler", "syntha.v1.Administration", "grpc.health.v1.Health"])
        {
            Assert.Contains(service, output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("grpc-v1")]
    [InlineData("grpc-v1alpha")]
    public async Task Call_WithNothingButReflection_PushesAndGets(string protocol)
    {
        var user = server.NewUser();

        var (pushed, output) = await BufAsync(
            "--reflect-protocol", protocol, "-H", $"user-id: {user.Id}", "-d",
            """{"item": {"key": "trip", "value": {"city": "Lisboa", "days": 4}}}""",
            $"{server.Grpc}syntha.v1.ContextMesh/Push");
        Assert.True(pushed == 0, output);
        var (_, got) = await BufAsync(
            "--reflect-protocol", protocol, "-H", $"user-id: {user.Id}", "-d", """{"key": "trip", "view": "ITEM_VIEW_STRUCTURED"}""",
            $"{server.Grpc}syntha.v1.ContextMesh/Get");
        var (refused, why) = await BufAsync("--reflect-protocol", protocol, "-d", "{}", $"{server.Grpc}syntha.v1.ContextMesh/Get");

        Assert.Contains("Lisboa", got, StringComparison.Ordinal);
        Assert.NotEqual(0, refused);
        Assert.Contains("google.rpc.ErrorInfo", why, StringComparison.Ordinal);
    }

    // No method names these types. A tool that shows them as text, and not as base64, asks for them.
    [Theory]
    [InlineData("google.rpc.ErrorInfo")]
    [InlineData("google.rpc.Status")]
    public async Task Reflection_DescribesTheDetailsOfErrors(string type)
    {
        var client = new global::Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(server.Channel);
        using var call = client.ServerReflectionInfo(cancellationToken: TestContext.Current.CancellationToken);

        await call.RequestStream.WriteAsync(new() { FileContainingSymbol = type }, TestContext.Current.CancellationToken);

        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.NotEmpty(call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto);
        await call.RequestStream.CompleteAsync();
    }

    private static async Task<(int ExitCode, string Output)> BufAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("buf", ["curl", "--protocol", "grpc", "--http2-prior-knowledge", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var buf = Process.Start(start)!;
        var (output, errors) = (buf.StandardOutput.ReadToEndAsync(), buf.StandardError.ReadToEndAsync());
        await buf.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (buf.ExitCode, await output + await errors);
    }
}
