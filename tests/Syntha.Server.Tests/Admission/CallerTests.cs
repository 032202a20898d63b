using System.Text;
using Google.Protobuf;

namespace Syntha.Server.Tests.Admission;

/// <summary>
/// Attacks 1, 2 and 7: a call names its caller once, in `user-id`. A value that is no user id is refused and leaves nothing behind.
/// </summary>
public sealed class CallerTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly byte[] AnyPush = TestUser.Push("k").ToByteArray();

    public static TheoryData<string> Malformed { get; } = new(
        " ", "\t", "alice bob", "alice,bob", "alice, alice", "-alice", ".alice", "_alice", "@alice", "|alice", "al\tice", "*", "%", "a%00b",
        "a;b", "a'b",
        "a\"b", "a:b", "a$b", "a`b", "a(b)", "a{b}", "~alice", "~aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        // Traversal (attack 7).
        ".", "..", "../bob", "..\\bob", "/etc/passwd", "\\\\host\\share", "C:\\bob", "C:bob", "a/../bob", "a/b", "a\\b", "%2e%2e%2fbob",
        "..%2fbob",
        "..;/bob", "....//bob", "file:///etc/passwd", "./bob", "bob/", "bob/.");

    public static TheoryData<int> TooLong { get; } = new(129, 300, 4096, 16000);

    [Fact]
    public async Task Push_WithoutUserId_IsRefusedAndCreatesNothing()
    {
        var before = await UsersAsync();

        var answer = await RawCall.SendAsync(server.Grpc, "ContextMesh/Push", AnyPush);

        Assert.Equal((StatusCode.InvalidArgument, "USER_ID_MISSING"), (answer.Status, answer.Reason));
        Assert.Equal(before, await UsersAsync());
        Assert.True((await RawCall.SendAsync(server.Grpc, "ContextMesh/Push", AnyPush, ("user-id", "alice"))).IsSuccess);
    }

    [Fact]
    public async Task Push_EmptyUserId_IsMissing()
    {
        var before = await UsersAsync();

        var answer = await RawHttp2.CallAsync(server.Grpc, "ContextMesh/Push", AnyPush, ("user-id", []));

        Assert.Contains("carries no user id", answer, StringComparison.Ordinal);
        Assert.Equal(before, await UsersAsync());
        await ControlAsync();
    }

    [Theory]
    [InlineData("alice", "bob")]
    [InlineData("alice", "alice")]
    [InlineData("alice", "")]
    [InlineData("", "alice")]
    public async Task Push_UserIdTwice_IsRefusedWhicheverComesFirst(string first, string second)
    {
        var before = await UsersAsync();

        var answer = await RawHttp2.CallAsync(
            server.Grpc, "ContextMesh/Push", AnyPush, ("user-id", Encoding.ASCII.GetBytes(first)),
            ("user-id", Encoding.ASCII.GetBytes(second)));

        Assert.Contains("more than one user id", answer, StringComparison.Ordinal);
        Assert.Equal(before, await UsersAsync());
        await ControlAsync();
    }

    [Fact]
    public async Task Push_UserIdAsBinaryMetadata_DoesNotCount()
    {
        var before = await UsersAsync();
        var binary = Convert.ToBase64String("mallory"u8);

        var alone = await RawCall.SendAsync(server.Grpc, "ContextMesh/Push", AnyPush, ("user-id-bin", binary));
        var beside = await RawCall.SendAsync(server.Grpc, "ContextMesh/Push", AnyPush, ("user-id-bin", binary), ("user-id", "alice"));

        Assert.Equal("USER_ID_MISSING", alone.Reason);
        Assert.True(beside.IsSuccess);
        Assert.Equal(before.Append("alice").Distinct().Order(), await UsersAsync());
    }

    [Theory]
    [InlineData(new byte[] { 0xC3, 0xA1, (byte)'b' })] // á, composed
    [InlineData(new byte[] { (byte)'a', 0xCC, 0x81, (byte)'b' })] // á, decomposed
    [InlineData(new byte[] { 0xE1, (byte)'b' })] // á in Latin-1, no UTF-8
    [InlineData(new byte[] { 0xEF, 0xBD, 0x81 })] // full-width a
    [InlineData(new byte[] { 0xE2, 0x80, 0xAE, (byte)'b' })] // right-to-left override
    [InlineData(new byte[] { (byte)'a', 0xFF })]
    [InlineData(new byte[] { (byte)'a', 0xED, 0xA0, 0x80 })] // lone surrogate
    [InlineData(new byte[] { (byte)'a', 0 })]
    [InlineData(new byte[] { (byte)'a', 0x7F })]
    [InlineData(new byte[] { (byte)'a', (byte)'\r', (byte)'\n', (byte)'b' })]
    [InlineData(new byte[] { (byte)'a', (byte)'\n' })]
    public async Task Push_UserIdThatIsNoVisibleAscii_IsRefused(byte[] id)
    {
        var before = await UsersAsync();

        var answer = await RawHttp2.CallAsync(server.Grpc, "ContextMesh/Push", AnyPush, ("user-id", id));

        // The rule refuses the id, or Kestrel refuses a broken header field before gRPC sees it.
        Assert.True(
            answer.Length == 0
                || answer.Contains("does not fit", StringComparison.Ordinal)
                || !answer.Contains("grpc-status", StringComparison.Ordinal),
            answer);
        Assert.Equal(before, await UsersAsync());
        await ControlAsync();
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Push_MalformedUserId_IsRefusedAndCreatesNothing(string id)
    {
        var before = await UsersAsync();

        var answer = await RawHttp2.CallAsync(server.Grpc, "ContextMesh/Push", AnyPush, ("user-id", Encoding.ASCII.GetBytes(id)));

        // Blanks around a header's value are not part of it, so the id may end up empty.
        Assert.Contains(id.Trim().Length == 0 ? "user id" : "does not fit", answer, StringComparison.Ordinal);
        Assert.Equal(before, await UsersAsync());
        Assert.DoesNotContain("bob", server.StoreNames());
        await ControlAsync();
    }

    [Theory]
    [MemberData(nameof(TooLong))]
    public async Task Push_OverlongUserId_IsRefused(int length)
    {
        var before = await UsersAsync();

        await Refusal.OfAsync(ErrorReason.UserIdMalformed, server.As(new string('a', length)).Mesh.PushAsync(TestUser.Push("k")));

        Assert.Equal(before, await UsersAsync());
        var longest = server.As(new string('a', 128));
        await longest.PushAsync("k", "\"kept\"");
        Assert.Equal("\"kept\"", await longest.ValueAsync("k"));
    }

    [Fact]
    public async Task AnyMethod_WithoutUserId_IsRefused()
    {
        foreach (var method in ContextMesh.Descriptor.Methods.Concat(ToolHandler.Descriptor.Methods))
        {
            var answer = await RawCall.SendAsync(server.Grpc, $"{method.Service.Name}/{method.Name}", []);

            Assert.True(answer.Reason == "USER_ID_MISSING", $"{method.FullName} answered {answer}");
        }
        Assert.True((await RawCall.SendAsync(server.Grpc, "ContextMesh/GetStats", [], ("user-id", "alice"))).IsSuccess);
    }

    [Fact]
    public async Task Push_UserNamedElsewhere_IsIgnored()
    {
        var (alice, bob) = (server.NewUser("alice"), server.NewUser("bob"));
        var request = TestUser.Push("user-id", $"\"{bob.Id}\"", topics: [bob.Id], subscribers: [bob.Id], agent: bob.Id);
        request.Item.MetadataJson = $$"""{"user-id": "{{bob.Id}}", "user_id": "{{bob.Id}}"}""";

        await alice.Mesh.PushAsync(
            request, new Metadata { { "x-user-id", bob.Id }, { "user_id", bob.Id }, { "x-forwarded-user", bob.Id } });

        Assert.Empty(await bob.KeysAsync());
        Assert.False(server.HasStore(bob.Id));
        Assert.Equal(["user-id"], await alice.KeysAsync());
    }

    [Fact]
    public async Task Reads_OfAUserWithoutStore_CreateNothing()
    {
        var user = server.NewUser("ghost");

        Assert.Null(await user.FindAsync("k"));
        Assert.Empty(await user.KeysAsync());
        Assert.Empty((await user.Mesh.ListTopicsAsync(new())).Topics);
        Assert.Empty((await user.Mesh.GetManyAsync(new() { Keys = { "k" } })).Items);
        Assert.False((await user.Tools.HasContextAsync(new() { AsAgent = "a", Key = "k" })).Exists);
        Assert.Equal(new Position(), await user.PositionAsync());
        Assert.False(server.HasStore(user.Id));

        await user.PushAsync("k");
        Assert.True(server.HasStore(user.Id));
    }

    private async Task ControlAsync() =>
        Assert.Contains(
            "grpc-status", await RawHttp2.CallAsync(server.Grpc, "ContextMesh/Push", AnyPush, ("user-id", "alice"u8.ToArray())),
            StringComparison.Ordinal);

    // Create the control user first, so that it is there before and after.
    private async Task<List<string>> UsersAsync()
    {
        await ControlAsync();
        return [.. server.StoreNames()];
    }
}
