namespace Syntha.Server.Tests.Http;

/// <summary>Where the HTTP door is open.</summary>
public sealed class HttpDoorOptionTests(SecuredServer secured)
{
    [Fact]
    public async Task Door_OnAServerWithCredentials_IsClosedUnlessItIsOpened()
    {
        var answer = await new HttpUser(secured.Http, null, OperatorKey.Secret).GetAsync("/server");

        Assert.Equal(404, answer.Status);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task Door_ThatIsSwitchedOff_IsClosed_AndTheLogSaysWhichAreOpen()
    {
        await using var closed = await TestServer.StartAsync("--Doors:Http=false", "--Doors:Mcp=false");
        await using var open = await TestServer.StartAsync();

        Assert.Equal(404, (await new HttpUser(closed.Http, "alice").GetAsync("/stats")).Status);
        Assert.Equal(200, (await new HttpUser(open.Http, "alice").GetAsync("/stats")).Status);
        Assert.Contains(closed.Log.Lines, line => line.TrimEnd().EndsWith("Open doors: gRPC, gRPC-Web", StringComparison.Ordinal));
        Assert.Contains(
            open.Log.Lines, line => line.Contains("Open doors: gRPC, gRPC-Web, HTTP and JSON under /v1", StringComparison.Ordinal));
    }
}
