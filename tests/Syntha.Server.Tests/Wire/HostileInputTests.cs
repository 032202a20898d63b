using Syntha.Tests.Support.Hostile;

namespace Syntha.Server.Tests.Wire;

/// <summary>Hostile bytes to every method: none of them is the server's fault, and other callers are served all the time.</summary>
public sealed class HostileInputTests : IClassFixture<TestServer>
{
    private const int Bytes = 2_000_000;
    private const int Slices = 8;

    private readonly TestServer server;

    // gRPC logs an invalid frame as its own error.
    public HostileInputTests(TestServer server) => (this.server = server).MayLogErrors = true;

    [Fact]
    public async Task AnyMethod_GivenHostileBytes_RefusesThemAndServesOthers()
    {
        using var input = new HostileInput(server.Grpc, seed: 20261124);
        for (var slice = 0; slice < Slices; slice++)
        {
            await input.SendAsync(Bytes / Slices, TestContext.Current.CancellationToken);
            Assert.True(await input.ServesRightfulCallersAsync(TestContext.Current.CancellationToken));
        }

        Assert.True(input.Faults.IsEmpty, string.Join('\n', input.Faults.Keys.Concat(server.Log.Errors)));
        // All kinds of answer were there: served, refused, and broken.
        Assert.All((string[])["0", "3", "13", "a stream"], status => Assert.Contains(status, input.Answers.Keys));
        // In a method with a stream of messages, gRPC's own frame reader fails within the call.
        Assert.DoesNotContain(
            server.Log.Errors,
            line => !line.StartsWith("Grpc.", StringComparison.Ordinal) && !line.Contains("PipeExtensions", StringComparison.Ordinal));
    }
}
