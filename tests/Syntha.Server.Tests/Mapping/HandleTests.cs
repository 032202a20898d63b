namespace Syntha.Server.Tests.Mapping;

/// <summary>Attack 14: a handle that was given to another user, agent or request gives access to none of their data.</summary>
public sealed class HandleTests(SharedServer server)
{
    [Fact]
    public async Task PageToken_OfAnotherUser_OnlyMovesWithinTheCallersOwnList()
    {
        var (alice, bob) = (await UserAsync("a1", "a2", "a3", "a4"), await UserAsync("a0", "a3", "b1"));
        var token = (await alice.Mesh.ListAsync(new() { PageSize = 2 })).NextPageToken;

        var mine = await alice.Mesh.ListAsync(new() { PageSize = 2, PageToken = token });
        var theirs = await bob.Mesh.ListAsync(new() { PageSize = 2, PageToken = token });

        Assert.Equal(["a3", "a4"], mine.Items.Select(item => item.Key));
        Assert.Equal(["a3", "b1"], theirs.Items.Select(item => item.Key));
        Assert.All(theirs.Items, item => Assert.Equal($"\"{bob.Id}\"", item.ValueJson));
    }

    [Fact]
    public async Task PageToken_OfAnotherRequest_IsRefused()
    {
        var user = await UserAsync("a1", "a2", "a3", "a4");
        var token = (await user.Mesh.ListAsync(new() { PageSize = 2 })).NextPageToken;
        ListRequest[] others =
        [
            new() { PageToken = token, AsAgent = "agent" }, new() { PageToken = token, Filter = new() { KeyPrefix = "a" } },
            new() { PageToken = token, Filter = new() { KeyGlob = "*" } },
            new() { PageToken = token, Filter = new() { Topics = { "t" } } }, new() { PageToken = token, View = ItemView.Keys },
        ];

        foreach (var other in others)
        {
            await Refusal.OfAsync(ErrorReason.PageTokenInvalid, user.Mesh.ListAsync(other));
        }

        await Refusal.OfAsync(ErrorReason.PageTokenInvalid, user.Mesh.ListTopicsAsync(new() { PageToken = token }));
        await Refusal.OfAsync(ErrorReason.PageTokenInvalid, user.Tools.ListTopicsAsync(new() { AsAgent = "agent", PageToken = token }));
        await Refusal.OfAsync(
            ErrorReason.PageTokenInvalid,
            user.Tools.ListContextAsync(new() { AsAgent = "agent", PageToken = token, View = ItemView.Keys }));
        await Refusal.OfAsync(
            ErrorReason.PageTokenInvalid,
            user.Tools.ListContextAsync(new() { AsAgent = "agent", PageToken = token, Filter = new() { KeyGlob = "*" } }));
        await Refusal.OfAsync(
            ErrorReason.PageTokenInvalid,
            user.Tools.ListContextAsync(new() { AsAgent = "agent", PageToken = token, Filter = new() { Topics = { "t" } } }));
        Assert.Equal(2, (await user.Mesh.ListAsync(new() { PageToken = token })).Items.Count);
    }

    [Fact]
    public async Task PageToken_OfAnotherAgent_IsRefused()
    {
        var user = await UserAsync("a1", "a2", "a3", "a4");
        var token = (await user.Tools.ListContextAsync(new() { AsAgent = "one", PageSize = 2, View = ItemView.Keys })).NextPageToken;

        await Refusal.OfAsync(
            ErrorReason.PageTokenInvalid, user.Tools.ListContextAsync(new() { AsAgent = "two", PageToken = token, View = ItemView.Keys }));
        var rest = await user.Tools.ListContextAsync(new() { AsAgent = "one", PageToken = token, View = ItemView.Keys });
        Assert.Equal(["a3", "a4"], rest.Items.Select(item => item.Key));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAA")]
    [InlineData("not base 64!")]
    [InlineData("' OR 1=1 --")]
    [InlineData("../../etc/passwd")]
    public async Task PageToken_NobodyWasGiven_IsRefused(string token)
    {
        var user = await UserAsync("a1", "a2");

        Assert.Equal(
            "page_token", (await Refusal.OfAsync(ErrorReason.PageTokenInvalid, user.Mesh.ListAsync(new() { PageToken = token }))).Field);
    }

    [Fact]
    public async Task PageToken_Tampered_IsRefusedOrMovesWithinTheCallersView()
    {
        var user = server.NewUser();
        await user.PushAsync("hidden", subscribers: ["other"]);
        await user.PushAsync("b");
        await user.PushAsync("c");
        var token = (await user.Tools.ListContextAsync(new() { AsAgent = "agent", PageSize = 1, View = ItemView.Keys })).NextPageToken;

        for (var at = 0; at < token.Length; at++)
        {
            var tampered = token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
            try
            {
                var page = await user.Tools.ListContextAsync(new() { AsAgent = "agent", PageToken = tampered, View = ItemView.Keys });
                Assert.DoesNotContain("hidden", page.Items.Select(item => item.Key));
            }
            catch (RpcException refused)
            {
                Refusal.Of(ErrorReason.PageTokenInvalid, refused);
            }
        }
        var rest = await user.Tools.ListContextAsync(new() { AsAgent = "agent", PageToken = token, View = ItemView.Keys });
        Assert.Equal(["c"], rest.Items.Select(item => item.Key));
    }

    [Fact]
    public async Task RequestId_OfAnotherUser_IsANewCommand()
    {
        var (alice, bob) = (server.NewUser("alice"), server.NewUser("bob"));
        await bob.PushAsync("earlier");
        var request = TestUser.Push("k", "\"secret\"");
        request.RequestId = Guid.CreateVersion7().ToString();
        await alice.Mesh.PushAsync(request);

        var others = await bob.Mesh.PushAsync(request);
        var again = await alice.Mesh.PushAsync(request);

        Assert.Equal((2, false), (others.Position.Revision, others.Replayed));
        Assert.Equal((1, true), (again.Position.Revision, again.Replayed));
        Assert.NotEqual(others.Position.Epoch, again.Position.Epoch);
    }

    [Fact]
    public async Task RequestId_OfAnotherUserWithOtherContent_IsNotReused()
    {
        var (alice, bob) = (server.NewUser("alice"), server.NewUser("bob"));
        var request = TestUser.Push("k", "1");
        request.RequestId = Guid.CreateVersion7().ToString();
        await alice.Mesh.PushAsync(request);
        request.Item.ValueJson = "2";

        Assert.Equal(1, (await bob.Mesh.PushAsync(request)).Position.Revision);
        await Refusal.OfAsync(ErrorReason.RequestIdReused, alice.Mesh.PushAsync(request));
    }

    [Fact]
    public async Task RequestId_RepeatedWithTheSameMeaningInOtherBytes_GivesTheFirstAnswer()
    {
        var alice = server.NewUser();
        var id = Guid.NewGuid();
        var first = await alice.Mesh.PushAsync(Structured(id.ToString("D"), ("a", 1), ("b", 2), ("c", 3)));

        var turned = await alice.Mesh.PushAsync(Structured(id.ToString("D"), ("c", 3), ("b", 2), ("a", 1)));
        var spelt = await alice.Mesh.PushAsync(Structured(id.ToString("N").ToUpperInvariant(), ("b", 2), ("a", 1), ("c", 3)));
        var many = new PushManyRequest { RequestId = Guid.NewGuid().ToString(), Items = { Structured("", ("a", 1), ("b", 2)).Item } };
        await alice.Mesh.PushManyAsync(many);
        many.Items[0] = Structured("", ("b", 2), ("a", 1)).Item;

        Assert.Equal((first.Position, true), (turned.Position, turned.Replayed));
        Assert.Equal((first.Position, true), (spelt.Position, spelt.Replayed));
        Assert.True((await alice.Mesh.PushManyAsync(many)).Replayed);
        await Refusal.OfAsync(
            ErrorReason.RequestIdReused, alice.Mesh.PushAsync(Structured(id.ToString("D"), ("a", 1), ("b", 2), ("c", 4))));
    }

    // The value nests, so that the order of every level counts.
    private static PushRequest Structured(string requestId, params (string Name, double Number)[] fields)
    {
        var inner = new Google.Protobuf.WellKnownTypes.Struct();
        foreach (var (name, number) in fields)
        {
            inner.Fields.Add(name, Google.Protobuf.WellKnownTypes.Value.ForNumber(number));
        }

        return new()
        {
            RequestId = requestId,
            Item = new()
            {
                Key = "k",
                Value = Google.Protobuf.WellKnownTypes.Value.ForList(Google.Protobuf.WellKnownTypes.Value.ForStruct(inner)),
            },
        };
    }

    private async Task<TestUser> UserAsync(params string[] keys)
    {
        var user = server.NewUser();
        foreach (var key in keys)
        {
            await user.PushAsync(key, $"\"{user.Id}\"");
        }

        return user;
    }
}
