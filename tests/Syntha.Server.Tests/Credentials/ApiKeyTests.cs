using System.Diagnostics.Metrics;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Server.Streams;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Credentials;

/// <summary>Each API key opens its own access and nothing else (attacks 2, 4 and 5).</summary>
public sealed class ApiKeyTests(SecuredServer server)
{
    public static TheoryData<string> Forgeries { get; } = new(
        "", "syntha_", "syntha_operator", "syntha__", "not a key", "ID", "ID_", "ID_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "SECRET.",
        "xSECRET",
        "SECRET SECRET", "SECRET,SECRET", "CHANGED");

    [Fact]
    public async Task Key_OfAUser_OpensThatUsersSideAndItsAgents()
    {
        var alice = await server.WithKeyAsync(Fresh("alice"));

        await alice.PushAsync("k", "1", agent: "planner");
        await alice.Tools.PushContextAsync(new() { AsAgent = "writer", Item = new() { Key = "w", ValueJson = "2" } });

        Assert.Equal(["k", "w"], await alice.KeysAsync());
        await Refusal.OfAsync(ErrorReason.OperatorRequired, server.Operator(await SecretOfAsync(alice.Id)).ListApiKeysAsync(new()));
    }

    [Fact]
    public async Task Calls_OverOneConnection_AreAuthenticatedOnce()
    {
        await using var own = await TestServer.StartAsync(OperatorKey.Setting);
        var alice = await own.WithKeyAsync("alice");
        var authenticated = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "aspnetcore.authentication.authenticate.duration"
                    && instrument.Meter.Scope == own.Services.GetRequiredService<IMeterFactory>())
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref authenticated));
        listener.Start();

        await alice.PushAsync("k");
        var first = Volatile.Read(ref authenticated);
        for (var n = 0; n < 20; n++)
        {
            await alice.ValueAsync("k");
        }

        Assert.InRange(first, 1, 2);
        Assert.Equal(first, Volatile.Read(ref authenticated));
    }

    [Fact]
    public async Task Key_OfAUser_OpensNobodyElse()
    {
        var (alice, bob) = (Fresh("alice"), Fresh("bob"));
        var secret = await SecretOfAsync(alice);
        // The calls before and after use the same connection: proof for one user does not count for another.
        await server.As(alice, secret).PushAsync("k");

        await Refusal.OfAsync(ErrorReason.UserMismatch, server.As(bob, secret).Mesh.PushAsync(TestUser.Push("k")));
        await Refusal.OfAsync(ErrorReason.UserMismatch, server.As(bob, secret).Mesh.GetAsync(new() { Key = "k" }));
        await Refusal.OfAsync(ErrorReason.UserMismatch, server.As(alice.ToUpperInvariant(), secret).Mesh.GetAsync(new() { Key = "k" }));
        await Refusal.OfAsync(ErrorReason.UserIdMissing, new TestUser(server.Channel, "", secret).Mesh.GetAsync(new()));

        Assert.False(server.HasStore(bob));
        Assert.Equal("1", await server.As(alice, secret).ValueAsync("k"));
    }

    [Fact]
    public async Task Key_OfAnOperator_OpensAdministrationOnly()
    {
        var created = await server.Operator(OperatorKey.Secret).CreateApiKeyAsync(
            new() { Scope = KeyScope.Operator, Label = "night shift" });
        var user = Fresh("alice");

        Assert.Contains(created.Key, (await server.Operator(created.Secret).ListApiKeysAsync(new() { PageSize = 1000 })).Keys);
        await Refusal.OfAsync(ErrorReason.UserMismatch, server.As(user, created.Secret).Mesh.PushAsync(TestUser.Push("k")));
        await Refusal.OfAsync(ErrorReason.UserMismatch, server.As(user, created.Secret).Tools.HasContextAsync(new() { AsAgent = "a" }));
        Assert.False(server.HasStore(user));
    }

    [Fact]
    public async Task Key_OfAnAgent_OpensToolHandlerInItsOwnNameOnly()
    {
        var alice = Fresh("alice");
        var planner = server.As(alice, (await server.NewKeyAsync(alice, agent: "planner")).Secret);
        var owner = await server.WithKeyAsync(alice);
        await owner.PushAsync("secret", "1", subscribers: ["admin"]);

        await planner.Tools.PushContextAsync(new() { AsAgent = "planner", Item = new() { Key = "plan", ValueJson = "1" } });

        foreach (var other in (string[])["admin", "Planner", "planner ", ""])
        {
            await Refusal.OfAsync(ErrorReason.AgentMismatch, planner.Tools.GetContextAsync(new() { AsAgent = other, Key = "secret" }));
            await Refusal.OfAsync(
                ErrorReason.AgentMismatch,
                planner.Tools.PushContextAsync(new() { AsAgent = other, Item = new() { Key = "k", ValueJson = "1" } }));
        }
        await Refusal.OfAsync(ErrorReason.OwnerRequired, planner.Mesh.GetAsync(new() { Key = "secret", AsAgent = "planner" }));
        await Refusal.OfAsync(ErrorReason.OwnerRequired, planner.Mesh.GetAsync(new() { Key = "secret" }));
        await Refusal.OfAsync(ErrorReason.OwnerRequired, planner.Mesh.ClearAsync(new()));
        using var stream = planner.Tools.SubscribeToTopics(new() { AsAgent = "admin", Filter = new() { Topics = { "t" } } });
        Refusal.Of(
            ErrorReason.AgentMismatch,
            await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.Equal(["plan", "secret"], await owner.KeysAsync());
        Assert.Equal("1", (await planner.Tools.GetContextAsync(new() { AsAgent = "planner", Key = "plan" })).Item.ValueJson);
    }

    [Fact]
    public async Task Methods_OfToolHandler_AreAllClosedToAnotherAgentsKey()
    {
        var user = Fresh("alice");
        var secret = (await server.NewKeyAsync(user, agent: "planner")).Secret;
        foreach (var method in ToolHandler.Descriptor.Methods)
        {
            // In every request this field is the first. Here it says "admin".
            var answer = await RawCall.SendAsync(
                server.Grpc, $"ToolHandler/{method.Name}", [10, 5, .. "admin"u8], ("user-id", user), ("authorization", $"Bearer {secret}"));

            Assert.True(answer.Reason == "AGENT_MISMATCH", $"{method.FullName} answered {answer}");
            Assert.True(method.InputType.FindFieldByNumber(1).Name is "as_agent" or "agent", method.FullName);
        }
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Call_WithAForgedKey_IsRefusedOnEveryService(string forgery)
    {
        var alice = Fresh("alice");
        var created = await server.NewKeyAsync(alice);
        var secret = forgery.Replace("SECRET", created.Secret, StringComparison.Ordinal)
            .Replace(
                "CHANGED", created.Secret[..^2] + (created.Secret[^2] == 'A' ? "B" : "A") + created.Secret[^1], StringComparison.Ordinal)
            .Replace("ID", $"syntha_{created.Key.Id}", StringComparison.Ordinal);
        await server.As(alice, created.Secret).PushAsync("k");

        foreach (var method in (string[])[
            "ContextMesh/Get", "ToolHandler/GetContext", "Administration/ListApiKeys", "ContextMesh/Subscribe"])
        {
            var answer = await RawCall.SendAsync(server.Grpc, method, [], ("user-id", alice), ("authorization", $"Bearer {secret}"));
            Assert.Equal((method, StatusCode.Unauthenticated, "CREDENTIALS_INVALID"), (method, answer.Status, answer.Reason));
        }
        Assert.Equal("1", await server.As(alice, created.Secret).ValueAsync("k"));
    }

    [Fact]
    public async Task AnyMethod_WithoutACredential_IsRefused()
    {
        var methods = ContextMesh.Descriptor.Methods
            .Concat(ToolHandler.Descriptor.Methods)
            .Concat(Administration.Descriptor.Methods);
        foreach (var method in methods)
        {
            var answer = await RawCall.SendAsync(server.Grpc, $"{method.Service.Name}/{method.Name}", [], ("user-id", "alice"));

            Assert.True(
                answer is { Reason: "CREDENTIALS_INVALID", Status: StatusCode.Unauthenticated }, $"{method.FullName} answered {answer}");
        }
        Assert.False(server.HasStore("alice"));
    }

    [Fact]
    public async Task Revocation_EndsCallsAtOnceAndStreamsWithAStatus()
    {
        var alice = Fresh("alice");
        var (first, second) = (await server.NewKeyAsync(alice), await server.NewKeyAsync(alice));
        var (revoked, other) = (server.As(alice, first.Secret), server.As(alice, second.Secret));
        await using var ended = new TestSubscriber(new(), new());
        await using var goesOn = new TestSubscriber(new(), new());
        await ended.OpenAsync(revoked);
        await goesOn.OpenAsync(other);

        Assert.True((await server.Operator(OperatorKey.Secret).RevokeApiKeyAsync(new() { Id = first.Key.Id })).Revoked);

        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, revoked.Mesh.GetAsync(new() { Key = "k" }));
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, revoked.Mesh.PushAsync(TestUser.Push("k")));
        await ended.ReadToEndAsync();
        Refusal.Of(ErrorReason.CredentialsInvalid, ended.Streams[0].Failure!);
        Assert.True(await goesOn.ReadToAsync(await other.PushAsync("k")));
        Assert.False((await server.Operator(OperatorKey.Secret).RevokeApiKeyAsync(new() { Id = first.Key.Id })).Revoked);
    }

    [Fact]
    public async Task TextsOfAnOperator_WithU0000_AreRefusedOnEveryEngine()
    {
        var @operator = server.Operator(OperatorKey.Secret);

        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, @operator.RevokeApiKeyAsync(new() { Id = "a\0b" }));
        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, @operator.ListAuditEventsAsync(new() { Method = "a\0b" }));
        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, @operator.ListAuditEventsAsync(new() { UserId = "a\0b" }));
        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, @operator.ListAuditEventsAsync(new() { Node = "a\0b" }));
    }

    [Fact]
    public async Task Revocation_OfAReaderThatTakesNothing_EndsItsStreamAsWell()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        server.LastChance = FeedStreams.UsualLastChance;
        var alice = Fresh("alice");
        var (first, second) = (await server.NewKeyAsync(alice), await server.NewKeyAsync(alice));
        await using var stalled = new TestSubscriber(new(), new());
        await stalled.OpenAsync(server.As(alice, first.Secret));
        var other = server.As(alice, second.Secret);
        for (var n = 0; n < 100; n++)
        {
            await other.PushAsync("k", $"\"{new string('x', 100_000)}\"");
        }

        await server.Operator(OperatorKey.Secret).RevokeApiKeyAsync(new() { Id = first.Key.Id });

        // The stream's place is freed although the client does not read: the server does not wait for the reader.
        var sessions = new ListSessionsRequest { UserId = alice };
        while ((await server.Operator(OperatorKey.Secret).ListSessionsAsync(sessions)).Sessions.Sum(session => session.LiveStreams) > 0)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.False(await stalled.ReadToAsync(100));
        Assert.Equal(100, (await other.PositionAsync()).Revision);
    }

    [Fact]
    public async Task Key_ThatExpires_OpensNothingFromThenOn()
    {
        var alice = Fresh("alice");
        await using var stream = new TestSubscriber(new(), new());
        DateTimeOffset at;
        string secret;
        // A machine that is too busy to open a stream within that time gets more time.
        for (var seconds = 2; ; seconds *= 2)
        {
            at = TimeProvider.System.GetUtcNow().AddSeconds(seconds);
            secret = (await server.Operator(OperatorKey.Secret).CreateApiKeyAsync(
                new() { Scope = KeyScope.User, UserId = alice, ExpireTime = Timestamp.FromDateTimeOffset(at) })).Secret;
            stream.Begin(server.As(alice, secret), new() { Now = new() });
            if (await stream.ReadAsync() is not null || seconds > 60)
            {
                break;
            }
        }

        await stream.ReadToEndAsync();

        Assert.NotNull(stream.Established);
        Refusal.Of(ErrorReason.CredentialsInvalid, stream.Streams[^1].Failure!);
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, server.As(alice, secret).Mesh.GetAsync(new()));
        Assert.True(TimeProvider.System.GetUtcNow() >= at);
        Assert.Null(await (await server.WithKeyAsync(alice)).ValueAsync("k"));
    }

    private static string Fresh(string name) => $"{name}{Guid.NewGuid():N}";

    private async Task<string> SecretOfAsync(string user) => (await server.NewKeyAsync(user)).Secret;
}
