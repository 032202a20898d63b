using System.Text.Json;
using System.Text.Json.Serialization;

using Google.Protobuf;

using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests;

public sealed partial class JsonTests : IAsyncLifetime
{
    private string? stored;
    private ScriptedServer server = null!;
    private SynthaClient client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ContextMesh Mesh => client.ForUser("alice");

    public async ValueTask InitializeAsync()
    {
        server = await ScriptedServer.StartAsync(Answer);
        client = server.Client();
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("18446744073709551615")]
    [InlineData("9007199254740993")]
    [InlineData("1.0")]
    [InlineData("1e400")]
    [InlineData(" { \"a\" : [ 1 , null ] } ")]
    public async Task PushJson_AnyText_TravelsUnchanged(string json)
    {
        await Mesh.PushJsonAsync("k", json, cancellationToken: Token);

        Assert.Equal(json, stored);
        Assert.Equal(json, (await Mesh.GetItemAsync("k", cancellationToken: Token))!.ValueJson);
    }

    [Fact]
    public async Task Push_JsonElementWith64BitInteger_IsReadBackExactly()
    {
        var value = JsonElement.Parse("""{"id":9223372036854775807}""");

        await Mesh.PushAsync("k", value, cancellationToken: Token);

        Assert.Equal(long.MaxValue, (await Mesh.GetAsync("k", cancellationToken: Token))!.Value.GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task Get_MissingKey_IsNull_AndStoredNullIsAnElement()
    {
        Assert.Null(await Mesh.GetAsync("k", cancellationToken: Token));
        Assert.Null(await Mesh.GetItemAsync("k", cancellationToken: Token));

        await Mesh.PushAsync<object?>("k", null, cancellationToken: Token);

        Assert.Equal(JsonValueKind.Null, (await Mesh.GetAsync("k", cancellationToken: Token))!.Value.ValueKind);
        Assert.Null(await Mesh.GetAsync<int?>("k", cancellationToken: Token));
    }

    [Fact]
    public async Task Push_WithTypeInfo_UsesItAndNotReflection()
    {
        await Mesh.PushAsync("k", new Preferences("dark", long.MinValue), Json.Default.Preferences, cancellationToken: Token);

        Assert.Equal("""{"Theme":"dark","Size":-9223372036854775808}""", stored);
        Assert.Equal(new Preferences("dark", long.MinValue), await Mesh.GetAsync("k", Json.Default.Preferences, cancellationToken: Token));
    }

    [Fact]
    public async Task Push_ByReflection_IsCamelCaseAndUnescaped()
    {
        await Mesh.PushAsync("k", new Preferences("¡oscuro! 'ñ' 🌙", 1), cancellationToken: Token);

        Assert.Equal("""{"theme":"¡oscuro! 'ñ' 🌙","size":1}""".Replace("🌙", "\\uD83C\\uDF19", StringComparison.Ordinal), stored);
        Assert.Equal("¡oscuro! 'ñ' 🌙", (await Mesh.GetAsync<Preferences>("k", cancellationToken: Token))!.Theme);
    }

    [Fact]
    public async Task Push_ByReflection_FollowsTheClientsOptions()
    {
        await using var other = server.Client(options => options.JsonSerializerOptions = JsonSerializerOptions.Default);

        await other.ForUser("alice").PushAsync("k", new Preferences("dark", 1), cancellationToken: Token);

        Assert.Equal("""{"Theme":"dark","Size":1}""", stored);
    }

    [Fact]
    public async Task Push_String_BecomesAJsonString()
    {
        await Mesh.PushAsync("k", "{}", cancellationToken: Token);

        Assert.Equal("\"{}\"", stored);
    }

    [Fact]
    public async Task Push_UndefinedElement_IsRefusedBeforeItIsSent()
    {
        Assert.Throws<ArgumentException>("value", () => { _ = Mesh.PushAsync("k", default, cancellationToken: Token); });
        await Assert.ThrowsAsync<ArgumentException>(
            () => Mesh.PushManyAsync([new PushEntry { Key = "k", Value = default }], cancellationToken: Token));

        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task Push_MetadataThatIsNoObject_IsRefusedBeforeItIsSent()
    {
        var options = new PushOptions { Metadata = JsonElement.Parse("[1]") };

        await Assert.ThrowsAsync<ArgumentException>("Metadata", () => Mesh.PushJsonAsync("k", "1", options, Token));

        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task Get_ValueThatDoesNotFitTheType_ThrowsJsonException()
    {
        await Mesh.PushJsonAsync("k", "null", cancellationToken: Token);

        await Assert.ThrowsAsync<JsonException>(() => Mesh.GetAsync<int>("k", cancellationToken: Token));
    }

    [Fact]
    public async Task Get_DepthOf64_IsRead()
    {
        await Mesh.PushJsonAsync("k", new string('[', 64) + new string(']', 64), cancellationToken: Token);

        Assert.Equal(JsonValueKind.Array, (await Mesh.GetAsync("k", cancellationToken: Token))!.Value.ValueKind);
    }

    private IMessage Answer(ReceivedCall call)
    {
        switch (call.Request)
        {
            case V1.PushRequest push:
                stored = push.Item.ValueJson;
                return new V1.PushResponse();
            case V1.GetRequest get:
                return stored is null
                    ? new V1.GetResponse()
                    : new V1.GetResponse { Item = new() { Key = get.Key, ValueJson = stored, UpdateTime = new() } };
            default:
                throw new InvalidOperationException($"The script has no answer to {call.Method}.");
        }
    }

    private sealed record Preferences(string Theme, long Size);

    [JsonSerializable(typeof(Preferences))]
    private sealed partial class Json : JsonSerializerContext;
}
