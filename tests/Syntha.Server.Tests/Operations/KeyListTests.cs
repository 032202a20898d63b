using System.Text;
using Google.Protobuf.WellKnownTypes;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Operations;

/// <summary>Creating, listing and storing API keys.</summary>
public sealed class KeyListTests(SecuredServer server)
{
    private readonly Administration.AdministrationClient admin = server.Operator(OperatorKey.Secret);

    [Fact]
    public async Task Create_Listed_HasAllButTheSecret()
    {
        var expiry = new Timestamp { Seconds = TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeSeconds() };
        var user = $"alice{Guid.NewGuid():N}";
        var created = await admin.CreateApiKeyAsync(new()
        {
            Scope = KeyScope.Agent,
            UserId = user,
            Agent = "planner",
            Role = PredefinedRole.Readonly,
            ExpireTime = expiry,
            Label = "for the planner",
        });

        var listed = Assert.Single((await admin.ListApiKeysAsync(new() { UserId = user })).Keys);

        Assert.Equal(created.Key, listed);
        Assert.Equal(
            (KeyScope.Agent, user, "planner", PredefinedRole.Readonly, expiry, "for the planner", (Timestamp?)null),
            (listed.Scope, listed.UserId, listed.Agent, listed.Role, listed.ExpireTime, listed.Label, listed.RevokeTime));
        Assert.StartsWith($"syntha_{listed.Id}_", created.Secret, StringComparison.Ordinal);
        Assert.DoesNotContain(created.Secret.Split('_', 3)[2], listed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_PageByPage_HasEachKeyOnceAndTheNewestFirst()
    {
        var user = $"alice{Guid.NewGuid():N}";
        var ids = new List<string>();
        for (var n = 0; n < 7; n++)
        {
            ids.Add((await server.NewKeyAsync(user)).Key.Id);
        }

        var listed = new List<string>();
        var request = new ListApiKeysRequest { UserId = user, PageSize = 3 };
        do
        {
            var page = await admin.ListApiKeysAsync(request);
            listed.AddRange(page.Keys.Select(key => key.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(ids.AsEnumerable().Reverse(), listed);
        request.PageToken = (await admin.ListApiKeysAsync(new() { UserId = user, PageSize = 3 })).NextPageToken;
        request.UserId = $"bob{Guid.NewGuid():N}";
        await Refusal.OfAsync(ErrorReason.PageTokenInvalid, admin.ListApiKeysAsync(request));
    }

    [Fact]
    public async Task Create_WhatMakesNoSense_IsRefusedWithItsField()
    {
        Assert.Equal("scope", await FieldOfAsync(new() { UserId = "alice" }));
        Assert.Equal("user_id", await FieldOfAsync(new() { Scope = KeyScope.Operator, UserId = "alice" }));
        Assert.Equal("agent", await FieldOfAsync(new() { Scope = KeyScope.Agent, UserId = "alice" }));
        Assert.Equal("agent", await FieldOfAsync(new() { Scope = KeyScope.User, UserId = "alice", Agent = "planner" }));
        Assert.Equal("role", await FieldOfAsync(new() { Scope = KeyScope.User, UserId = "alice", Role = PredefinedRole.Readonly }));
        Assert.Equal(
            "role", await FieldOfAsync(new() { Scope = KeyScope.Agent, UserId = "alice", Agent = "planner", Role = (PredefinedRole)99 }));
        Assert.Equal("label", await FieldOfAsync(new() { Scope = KeyScope.User, UserId = "alice", Label = new string('x', 101) }));
        Assert.Equal(
            "expire_time", await FieldOfAsync(new() { Scope = KeyScope.User, UserId = "alice", ExpireTime = new() { Seconds = 1 } }));
        await Refusal.OfAsync(ErrorReason.UserIdMissing, admin.CreateApiKeyAsync(new() { Scope = KeyScope.User }));
        await Refusal.OfAsync(ErrorReason.UserIdMalformed, admin.CreateApiKeyAsync(new() { Scope = KeyScope.User, UserId = "../bob" }));
        await Refusal.OfAsync(
            ErrorReason.AgentInvalid, admin.CreateApiKeyAsync(new() { Scope = KeyScope.Agent, UserId = "alice", Agent = "" }));
    }

    [Fact]
    public async Task Keys_AfterARestart_OpenWhatTheyOpenedAndTheRevokedNothing()
    {
        await using var own = await TestServer.StartAsync(OperatorKey.Setting);
        var (kept, revoked) = (await own.NewKeyAsync("alice"), await own.NewKeyAsync("alice"));
        await own.As("alice", kept.Secret).PushAsync("k");
        await own.Operator(OperatorKey.Secret).RevokeApiKeyAsync(new() { Id = revoked.Key.Id });

        await own.RestartAsync();

        Assert.Equal("1", await own.As("alice", kept.Secret).ValueAsync("k"));
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, own.As("alice", revoked.Secret).Mesh.GetAsync(new()));
        var list = await own.Operator(OperatorKey.Secret).ListApiKeysAsync(new() { UserId = "alice" });
        Assert.Equal([true, false], list.Keys.Select(key => key.RevokeTime is not null));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Secret_OfAKey_IsInNoFileAndNoLog()
    {
        await using var own = await TestServer.StartAsync(OperatorKey.Setting);
        var created = await own.NewKeyAsync("alice");
        await own.As("alice", created.Secret).PushAsync("canary", "\"canary-value\"");

        var secret = created.Secret.Split('_', 3)[2];
        var files = Directory.EnumerateFiles(own.Folder, "*.db*", SearchOption.AllDirectories)
            .Select(path => (path, Text: Encoding.Latin1.GetString(Read(path))))
            .ToList();

        Assert.DoesNotContain(files, file => file.Text.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(
            own.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal) || line.Contains("canary", StringComparison.Ordinal));
        // The control: this search does find what is stored.
        Assert.Contains(files, file => file.Text.Contains(created.Key.Id, StringComparison.Ordinal));
        Assert.Contains(files, file => file.Text.Contains("canary-value", StringComparison.Ordinal));
        Assert.Contains(own.Log.Lines, line => line.Contains(created.Key.Id, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Revocation_OnOneNode_EndsCallsAndStreamsOnAnother()
    {
        await using var store = await TestStore.CreatePostgresAsync();
        await using var first = await TestServer.StartOnAsync(store, OperatorKey.Setting);
        await using var second = await TestServer.StartOnAsync(store, OperatorKey.Setting);
        var (revoked, kept) = (await first.NewKeyAsync("alice"), await first.NewKeyAsync("alice"));
        await AcceptedAsync(second, kept.Secret);
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(second.As("alice", revoked.Secret));

        await first.Operator(OperatorKey.Secret).RevokeApiKeyAsync(new() { Id = revoked.Key.Id });

        await stream.ReadToEndAsync();
        Refusal.Of(ErrorReason.CredentialsInvalid, stream.Streams[0].Failure!);
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, second.As("alice", revoked.Secret).Mesh.GetAsync(new()));
        Assert.Null(await second.As("alice", kept.Secret).ValueAsync("k"));
    }

    // Other nodes learn of a new key within a moment.
    private static async Task AcceptedAsync(TestServer server, string secret)
    {
        while (true)
        {
            try
            {
                await server.As("alice", secret).Mesh.GetAsync(new());
                return;
            }
            catch (RpcException unknown) when (unknown.StatusCode == StatusCode.Unauthenticated)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }
    }

    // The server has it open for writing.
    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray();
    }

    private async Task<string?> FieldOfAsync(CreateApiKeyRequest request) =>
        (await Refusal.OfAsync(ErrorReason.ArgumentInvalid, admin.CreateApiKeyAsync(request))).Field;
}
