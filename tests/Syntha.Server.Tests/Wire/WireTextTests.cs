using System.Text;
using Google.Protobuf;

namespace Syntha.Server.Tests.Wire;

/// <summary>
/// Text on the wire that is not UTF-8, such as a lone surrogate in its three bytes. No stub sends it. A reader that replaced it by U+FFFD
/// would make two keys into one.
/// </summary>
public sealed class WireTextTests(TestServer server) : IClassFixture<TestServer>
{
    public static TheoryData<byte[]> Broken { get; } = new(
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xED, 0xB0, 0x80], [0xC0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0x80],
        [(byte)'a', 0xE2, 0x82], [0xF4, 0x90, 0x80, 0x80]);

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Push_KeyThatIsNoUtf8_IsRefusedAndStoresNothing(byte[] key)
    {
        var user = server.NewUser();
        await user.PushAsync("\ufffd", "\"control\"");
        var before = await user.StateAsync();

        var answer = await SendAsync("ContextMesh/Push", user, Item([.. Text(1, key), .. Text(2, "1"u8)]));
        var asTopic = await SendAsync("ContextMesh/Push", user, Item([.. Text(1, "k"u8), .. Text(2, "1"u8), .. Text(4, key)]));
        var asSubscriber = await SendAsync("ContextMesh/Push", user, Item([.. Text(1, "k"u8), .. Text(2, "1"u8), .. Text(5, key)]));
        var asAgent = await SendAsync("ContextMesh/Push", user, [.. Text(1, key), .. Item([.. Text(1, "k"u8), .. Text(2, "1"u8)])]);
        var asValue = await SendAsync("ContextMesh/Push", user, Item([.. Text(1, "k"u8), .. Text(2, [(byte)'"', .. key, (byte)'"'])]));

        Assert.All(
            [answer, asTopic, asSubscriber, asAgent, asValue],
            refused => Assert.Equal((StatusCode.InvalidArgument, "MESSAGE_MALFORMED"), (refused.Status, refused.Reason)));
        Assert.Equal(before, await user.StateAsync());
    }

    [Fact]
    public async Task Get_KeyThatIsNoUtf8_FindsNoOtherKey()
    {
        var user = server.NewUser();
        await user.PushAsync("\ufffd", "\"control\"");

        foreach (var key in Broken)
        {
            Assert.False((await SendAsync("ContextMesh/Get", user, Text(2, key.Data))).IsSuccess);
        }

        var control = await SendAsync("ContextMesh/Get", user, Text(2, Encoding.UTF8.GetBytes("\ufffd")));
        Assert.Equal("\"control\"", control.Message<GetResponse>().Item.ValueJson);
    }

    [Fact]
    public async Task AnyCall_MessageThatIsNoProtobuf_IsRefused()
    {
        var user = server.NewUser();
        await user.PushAsync("k");
        var before = await user.StateAsync();

        foreach (var message in (byte[][])[
            [0xFF], [0x0A], [0x0A, 0x05, 0x61], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [.. Enumerable.Repeat((byte)0x1B, 200)]])
        {
            Assert.False((await SendAsync("ContextMesh/Push", user, message)).IsSuccess);
        }

        Assert.Equal(before, await user.StateAsync());
    }

    private Task<RawAnswer> SendAsync(string method, TestUser user, byte[] message) =>
        RawCall.SendAsync(server.Grpc, method, message, ("user-id", user.Id));

    // PushRequest.item
    private static byte[] Item(byte[] item) => Text(3, item);

    private static byte[] Text(int field, ReadOnlySpan<byte> text)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(text));
        }
        return bytes.ToArray();
    }
}
