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
        // The details are described as well, so that the reason is plain text.
        Assert.Contains("USER_ID_MISSING", why, StringComparison.Ordinal);
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
