using Syntha.Cli.Connections;

namespace Syntha.Cli.Tests;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("localhost:50051", "http://localhost:50051/")]
    [InlineData("127.0.0.1:50051", "http://127.0.0.1:50051/")]
    [InlineData("[::1]:50051", "http://[::1]:50051/")]
    [InlineData("syntha.example", "http://syntha.example/")]
    [InlineData("http://localhost:50051", "http://localhost:50051/")]
    [InlineData("https://syntha.example", "https://syntha.example/")]
    [InlineData("https://syntha.example:8443/", "https://syntha.example:8443/")]
    public void Address_HostAndPortOrUrl_IsRead(string text, string address) => Assert.Equal(new Uri(address), ServerAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("localhost:port")]
    [InlineData("ftp://localhost")]
    [InlineData("unix:///run/syntha")]
    [InlineData("http://localhost:50051/path")]
    public void Address_AnythingElse_IsNamedInTheError(string text)
    {
        var fault = Assert.Throws<FormatException>(() => ServerAddress.Parse(text));

        Assert.StartsWith($"'{text}' is no address of a server.", fault.Message, StringComparison.Ordinal);
    }
}
