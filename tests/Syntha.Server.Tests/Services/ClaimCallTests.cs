using Google.Protobuf.WellKnownTypes;

namespace Syntha.Server.Tests.Services;

/// <summary>Claims over the wire: unary, as a wait in line, in commits and streams, by owner and agents, with what each may see.</summary>
public sealed class ClaimCallTests(SharedServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Claim_Write_Release_ByTheToken()
    {
        var alice = server.NewUser();
        var claimed = await alice.Tools.ClaimAsync(new() { AsAgent = "ann", Claim = new() { Name = "task", Lease = Seconds(90) } });
        var token = claimed.Claim.Token;
        Assert.Equal(("task", claimed.Position), (token.Name, token.Position));
        Assert.Equal(("ann", Seconds(90)), (claimed.Claim.Holder.Agent, claimed.Claim.Lease));

        var held = await Refusal.OfAsync(ErrorReason.ClaimHeld, alice.Mesh.ClaimAsync(new() { Claim = new() { Name = "task" } }));
        Assert.Equal("ann", held.Info.Metadata["holder"]);
        await alice.Tools.PushContextAsync(
            new() { AsAgent = "ann", Item = new() { Key = "result", ValueJson = "1" }, IfClaim = token });
        var renewed = await alice.Tools.RenewClaimAsync(new() { AsAgent = "ann", Token = token, Lease = Seconds(300) });
        Assert.True(renewed.ExpireTime.ToDateTimeOffset() > claimed.Claim.ExpireTime.ToDateTimeOffset());
        await alice.Tools.ReleaseClaimAsync(new() { AsAgent = "ann", Token = token });

        foreach (var write in Writes(alice, "ann", token))
        {
            Refusal.Of(ErrorReason.ClaimLost, await Assert.ThrowsAsync<RpcException>(write));
        }

        Assert.Equal("1", await alice.ValueAsync("result"));
        Assert.Empty((await alice.Mesh.ListClaimsAsync(new())).Claims);
    }

    [Fact]
    public async Task Claim_Repeated_GetsTheFirstAnswer()
    {
        var alice = server.NewUser();
        var request = new ClaimRequest { RequestId = Guid.NewGuid().ToString(), Claim = new() { Name = "task", Topics = { "t", "t" } } };
        var first = await alice.Mesh.ClaimAsync(request);
        await alice.Mesh.ReleaseClaimAsync(new() { Token = first.Claim.Token });
        await alice.Tools.ClaimAsync(new() { AsAgent = "ann", Claim = new() { Name = "task" } });

        var second = await alice.Mesh.ClaimAsync(request);

        Assert.True(second.Replayed);
        Assert.Equal(first.Claim, second.Claim);
        await Refusal.OfAsync(ErrorReason.ClaimLost, alice.Mesh.RenewClaimAsync(new() { Token = second.Claim.Token }));
    }

    [Fact]
    public async Task Await_TellsThePlace_AndInTheEndTheToken()
    {
        var alice = server.NewUser();
        var token = (await alice.Mesh.ClaimAsync(new() { Claim = new() { Name = "task" } })).Claim.Token;
        using var bob = Await(alice, "bob");
        Assert.Equal(1, (await NextAsync(bob)).Waiting.Place);
        using var cid = Await(alice, "cid");
        var waiting = (await NextAsync(cid)).Waiting;
        Assert.Equal(2, waiting.Place);
        Assert.False(waiting.Claim.Holder.HasAgent);
        Assert.Null(waiting.Claim.Token);
        Assert.Equal(["bob", "cid"], waiting.Claim.Waiting.Select(party => party.Agent));

        await alice.Mesh.ReleaseClaimAsync(new() { Token = token });

        var held = (await NextAsync(bob)).Held;
        Assert.Equal(("bob", "task"), (held.Holder.Agent, held.Token.Name));
        Assert.False(await bob.ResponseStream.MoveNext(Token));
        Assert.Equal((1, "bob"), ((await NextAsync(cid)).Waiting is var moved ? moved.Place : 0, moved.Claim.Holder.Agent));
        await alice.Tools.ReleaseClaimAsync(new() { AsAgent = "bob", Token = held.Token });
        var last = (await NextAsync(cid)).Held;
        Assert.True(last.Token.Position.Revision > held.Token.Position.Revision);
        await alice.Tools.PushContextAsync(
            new() { AsAgent = "cid", Item = new() { Key = "k", ValueJson = "1" }, IfClaim = last.Token });
    }

    [Fact]
    public async Task Await_OfAFreeName_IsHeldAtOnce()
    {
        var alice = server.NewUser();

        using var stream = Await(alice, "ann");

        Assert.Equal("ann", (await NextAsync(stream)).Held.Holder.Agent);
        Assert.False(await stream.ResponseStream.MoveNext(Token));
    }

    [Fact]
    public async Task Await_WithTheSameId_KeepsThePlaceAndGetsTheTokenThatCameMeanwhile()
    {
        var alice = server.NewUser();
        var token = (await alice.Mesh.ClaimAsync(new() { Claim = new() { Name = "task" } })).Claim.Token;
        var id = Guid.NewGuid().ToString();
        using (var broken = Await(alice, "bob", id))
        {
            Assert.Equal((1, id), ((await NextAsync(broken)).Waiting is var first ? first.Place : 0, first.Ticket));
        }

        using var cid = Await(alice, "cid");
        Assert.Equal(2, (await NextAsync(cid)).Waiting.Place);
        using (var back = Await(alice, "bob", id))
        {
            Assert.Equal(1, (await NextAsync(back)).Waiting.Place);
        }

        await alice.Mesh.ReleaseClaimAsync(new() { Token = token });
        using var late = Await(alice, "bob", id);

        Assert.Equal("bob", (await NextAsync(late)).Held.Holder.Agent);
    }

    [Fact]
    public async Task Leave_GivesUpThePlaceAtOnce()
    {
        var alice = server.NewUser();
        var token = (await alice.Mesh.ClaimAsync(new() { Claim = new() { Name = "task" } })).Claim.Token;
        using var bob = Await(alice, "bob");
        var ticket = (await NextAsync(bob)).Waiting.Ticket;
        bob.Dispose();
        using var cid = Await(alice, "cid");
        await NextAsync(cid);

        Assert.False((await alice.Tools.LeaveClaimAsync(new() { AsAgent = "cid", Name = "task", Ticket = ticket })).Left);
        Assert.True((await alice.Tools.LeaveClaimAsync(new() { AsAgent = "bob", Name = "task", Ticket = ticket })).Left);

        Assert.Equal(1, (await NextAsync(cid)).Waiting.Place);
        await alice.Mesh.ReleaseClaimAsync(new() { Token = token });
        Assert.Equal("cid", (await NextAsync(cid)).Held.Holder.Agent);
    }

    [Fact]
    public async Task Leave_WhileTheStreamIsOpen_EndsIt()
    {
        var alice = server.NewUser();
        await alice.Mesh.ClaimAsync(new() { Claim = new() { Name = "task" } });
        using var bob = Await(alice, "bob");
        var ticket = (await NextAsync(bob)).Waiting.Ticket;

        Assert.True((await alice.Tools.LeaveClaimAsync(new() { AsAgent = "bob", Name = "task", Ticket = ticket })).Left);

        Refusal.Of(ErrorReason.ClaimLost, await Assert.ThrowsAsync<RpcException>(() => bob.ResponseStream.MoveNext(Token)));
        Assert.Empty(Assert.Single((await alice.Mesh.ListClaimsAsync(new())).Claims).Waiting);
        using var again = Await(alice, "bob", ticket);
        Assert.Equal(1, (await NextAsync(again)).Waiting.Place);
    }

    [Fact]
    public async Task Await_ByMany_IsKeptByOneRowForAll()
    {
        const int Many = 10;
        var alice = server.NewUser();
        await alice.Mesh.ClaimAsync(new() { Claim = new() { Name = "task" } });
        var streams = new List<AsyncServerStreamingCall<AwaitClaimResponse>>();
        for (var number = 0; number < Many; number++)
        {
            streams.Add(alice.Tools.AwaitClaim(new()
            {
                AsAgent = $"agent{number}",
                Claim = new() { Name = "task" },
                Grace = Seconds(6),
                Heartbeat = Seconds(1),
            }));
            await NextAsync(streams[^1]);
        }

        var began = TimeProvider.System.GetTimestamp();
        var first = (await alice.Mesh.ListClaimsAsync(new())).Position.Revision;
        var last = first;
        while (last < first + 2)
        {
            last = (await NextAsync(streams[^1])).Position.Revision;
        }

        // A row each third of the grace time, and one for the round that may have been due at the beginning.
        Assert.InRange(last - first, 2, 1 + Math.Ceiling(TimeProvider.System.GetElapsedTime(began) / TimeSpan.FromSeconds(2)));
        Assert.Equal(Many, Assert.Single((await alice.Mesh.ListClaimsAsync(new())).Claims).Waiting.Count);
        streams.ForEach(stream => stream.Dispose());
    }

    [Theory]
    [InlineData(10, 2)]
    [InlineData(1, 1)]
    [InlineData(600, 15)]
    public void Await_WithoutAHeartbeat_HasOneBelowItsGraceTime(double grace, double heartbeat) => Assert.Equal(
        TimeSpan.FromSeconds(heartbeat), Server.Streams.ClaimLines.HeartbeatOf(asked: null, TimeSpan.FromSeconds(grace)));

    [Fact]
    public async Task Outsider_LearnsNothingByAnyPath()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "bob", Topics = { "t" } });
        using var stream = alice.Mesh.Subscribe(new() { AsAgent = "eve", Start = new() { Now = new() }, IncludeClaims = true });
        Assert.True(await stream.ResponseStream.MoveNext(Token));
        var token = (await alice.Tools.ClaimAsync(
            new() { AsAgent = "ann", Claim = new() { Name = "task", Topics = { "t" } } })).Claim.Token;
        using var bob = Await(alice, "bob");
        await NextAsync(bob);

        foreach (var call in (AsyncUnaryCall<ClaimResponse>[])
            [
                alice.Mesh.ClaimAsync(new() { AsAgent = "eve", Claim = new() { Name = "task" } }),
                alice.Tools.ClaimAsync(new() { AsAgent = "eve", Claim = new() { Name = "task" } }),
            ])
        {
            Assert.Empty((await Refusal.OfAsync(ErrorReason.ClaimHeld, call)).Info.Metadata);
        }

        using var line = Await(alice, "eve");
        var refused = Refusal.Of(ErrorReason.ClaimHeld, await Assert.ThrowsAsync<RpcException>(() => line.ResponseStream.MoveNext(Token)));
        Assert.Empty(refused.Info.Metadata);
        Assert.Empty((await alice.Tools.ListClaimsAsync(new() { AsAgent = "eve" })).Claims);
        foreach (var write in Writes(alice, "eve", token))
        {
            Refusal.Of(ErrorReason.ClaimLost, await Assert.ThrowsAsync<RpcException>(write));
        }

        await alice.PushAsync("end");
        var seen = new List<Change>();
        while (seen.All(change => change.Key != "end"))
        {
            Assert.True(await stream.ResponseStream.MoveNext(Token));
            seen.AddRange(stream.ResponseStream.Current.Changes?.Changes_ ?? []);
        }

        Assert.Equal(["end"], seen.Select(change => change.Key));
        var shown = Assert.Single((await alice.Tools.ListClaimsAsync(new() { AsAgent = "bob" })).Claims);
        Assert.Null(shown.Token);
        Assert.Equal(token, Assert.Single((await alice.Tools.ListClaimsAsync(new() { AsAgent = "ann" })).Claims).Token);
    }

    [Fact]
    public async Task Subscribe_WithClaims_TellsThemWithoutTheTokenOfOthers()
    {
        var alice = server.NewUser();
        using var ann = alice.Mesh.Subscribe(new() { AsAgent = "ann", Start = new() { Now = new() }, IncludeClaims = true });
        using var bob = alice.Mesh.Subscribe(new() { AsAgent = "bob", Start = new() { Now = new() }, IncludeClaims = true });
        using var plain = alice.Mesh.Subscribe(new() { Start = new() { Now = new() } });
        foreach (var opened in (AsyncServerStreamingCall<SubscribeResponse>[])[ann, bob, plain])
        {
            Assert.True(await opened.ResponseStream.MoveNext(Token));
        }

        var token = (await alice.Tools.ClaimAsync(new() { AsAgent = "ann", Claim = new() { Name = "task" } })).Claim.Token;
        await alice.Tools.HandOverClaimAsync(new() { AsAgent = "ann", Token = token, ToAgent = "bob" });
        await alice.PushAsync("end");

        var (toAnn, toBob, toOwner) = (await ChangesAsync(ann), await ChangesAsync(bob), await ChangesAsync(plain));
        ChangeKind[] kinds = [ChangeKind.Claimed, ChangeKind.Released, ChangeKind.Claimed, ChangeKind.Created];
        Assert.Equal(kinds, toAnn.Select(change => change.Kind));
        Assert.Equal(kinds, toBob.Select(change => change.Kind));
        Assert.Equal([ChangeKind.Created], toOwner.Select(change => change.Kind));
        Assert.Equal((token, null), (toAnn[0].Claim.Token, toBob[0].Claim.Token));
        Assert.Null(toAnn[1].Claim.Holder);
        Assert.Null(toAnn[2].Claim.Token);
        Assert.Equal("bob", toAnn[2].Claim.Holder.Agent);
        await alice.Tools.PushContextAsync(
            new() { AsAgent = "bob", Item = new() { Key = "k", ValueJson = "1" }, IfClaim = toBob[2].Claim.Token });
    }

    [Fact]
    public async Task Commit_ClaimsWritesAndReleases()
    {
        var alice = server.NewUser();
        var first = await alice.Mesh.CommitAsync(new()
        {
            Operations =
            {
                new Operation { Claim = new() { Name = "task" } }, new Operation { Push = new() { Key = "k", ValueJson = "1" } },
            },
        });
        var token = first.Results[0].Claim.Token;
        Assert.Equal(first.Position, token.Position);
        var request = new CommitRequest
        {
            RequestId = Guid.NewGuid().ToString(),
            Operations =
            {
                new Operation { Push = new() { Key = "k", ValueJson = "2" } },
                new Operation { Release = new() { Token = token } },
                new Operation { Claim = new() { Name = "next" } },
            },
            Guards = { new Guard { IfClaim = token } },
        };

        var second = await alice.Mesh.CommitAsync(request);
        var again = await alice.Mesh.CommitAsync(request);

        Assert.Equal((true, second.Results[2]), (again.Replayed, again.Results[2]));
        Assert.Equal(["next"], (await alice.Mesh.ListClaimsAsync(new())).Claims.Select(claim => claim.Name));
        request.RequestId = Guid.NewGuid().ToString();
        var lost = await Refusal.OfAsync(ErrorReason.ClaimLost, alice.Mesh.CommitAsync(request));
        Assert.Equal("2", await alice.ValueAsync("k"));
    }

    [Fact]
    public async Task List_InPages_TellsAllOnce()
    {
        var alice = server.NewUser();
        await alice.Mesh.CommitAsync(
            new() { Operations = { Enumerable.Range(0, 25).Select(n => new Operation { Claim = new() { Name = $"a{n:D2}" } }) } });
        await alice.Mesh.ClaimAsync(new() { Claim = new() { Name = "b" } });
        var names = new List<string>();
        var request = new ListClaimsRequest { NamePrefix = "a", PageSize = 10 };
        do
        {
            var page = await alice.Mesh.ListClaimsAsync(request);
            names.AddRange(page.Claims.Select(claim => claim.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(Enumerable.Range(0, 25).Select(n => $"a{n:D2}"), names);
        request.PageToken = (await alice.Mesh.ListClaimsAsync(request)).NextPageToken;
        request.NamePrefix = "";
        await Refusal.OfAsync(ErrorReason.PageTokenInvalid, alice.Mesh.ListClaimsAsync(request));
    }

    [Fact]
    public async Task Owner_TakesAClaimFromItsHolder()
    {
        var alice = server.NewUser();
        await alice.Tools.ClaimAsync(new() { AsAgent = "ann", Claim = new() { Name = "task" } });

        await alice.Mesh.HandOverClaimAsync(new() { Token = new() { Name = "task" }, ToAgent = "bob" });
        Assert.Equal("bob", Assert.Single((await alice.Mesh.ListClaimsAsync(new())).Claims).Holder.Agent);
        await alice.Mesh.ReleaseClaimAsync(new() { Token = new() { Name = "task" } });

        Assert.Empty((await alice.Mesh.ListClaimsAsync(new())).Claims);
    }

    [Fact]
    public async Task Tools_ClaimAndRelease_ForAModel()
    {
        var alice = server.NewUser();
        Assert.DoesNotContain("claim", (await alice.Tools.ListToolsAsync(new() { Agent = "ann" })).Tools.Select(tool => tool.Name));
        await alice.Mesh.SetAccessAsync(new()
        {
            Agent = "ann",
            Access = new() { AllowedTools = new() { Tools = { Tool.PushContext, Tool.Claim, Tool.Release } } },
        });
        foreach (var dialect in System.Enum.GetValues<ToolDialect>())
        {
            var tools = (await alice.Tools.ListToolsAsync(new() { Agent = "ann", Dialect = dialect })).Tools;
            Assert.Equal(["push_context", "claim", "release"], tools.Select(tool => tool.Name));
        }

        var claimed = await CallAsync(alice, "claim", """{"name": "task", "lease_seconds": 120}""");
        Assert.True(claimed.Success, claimed.ResultJson);
        Assert.Contains("\"held_until\":\"20", claimed.ResultJson, StringComparison.Ordinal);
        Assert.True((await CallAsync(alice, "claim", """{"name": "task"}""")).Success);
        await alice.Mesh.ClaimAsync(new() { Claim = new() { Name = "other" } });
        var held = await CallAsync(alice, "claim", """{"name": "other"}""");
        Assert.False(held.Success);
        Assert.Contains("CLAIM_HELD", held.ResultJson, StringComparison.Ordinal);
        Assert.False((await CallAsync(alice, "claim", """{"name": "task", "lease_seconds": 0}""")).Success);
        Assert.True((await CallAsync(alice, "release", """{"name": "task"}""")).Success);
        Assert.False((await CallAsync(alice, "release", """{"name": "task"}""")).Success);
        Assert.Equal(["other"], (await alice.Mesh.ListClaimsAsync(new())).Claims.Select(claim => claim.Name));
    }

    [Fact]
    public async Task ServerInfo_NamesTheFeatureAndTheLimits()
    {
        var info = await new Discovery.DiscoveryClient(server.Channel).GetServerInfoAsync(new());

        Assert.Contains(ServerFeature.Claims, info.Features);
        Assert.Equal((10_000, 100), (info.Limits.MaxClaims, info.Limits.MaxWaitingPerClaim));
    }

    private static IEnumerable<Func<Task>> Writes(TestUser user, string agent, FencingToken token) =>
    [
        () => user.Mesh.PushAsync(
            new() { AsAgent = agent, Item = new() { Key = "w", ValueJson = "1" }, IfClaim = token }).ResponseAsync,
        () => user.Mesh.PushManyAsync(
            new() { AsAgent = agent, Items = { new ItemWrite { Key = "w", ValueJson = "1" } }, IfClaim = token }).ResponseAsync,
        () => user.Mesh.PatchAsync(new() { AsAgent = agent, Patch = new() { Key = "w", MergeJson = "1" }, IfClaim = token }).ResponseAsync,
        () => user.Mesh.RemoveAsync(new() { AsAgent = agent, Key = "w", IfClaim = token }).ResponseAsync,
        () => user.Mesh.CommitAsync(new()
        {
            AsAgent = agent,
            Operations = { new Operation { Push = new() { Key = "w", ValueJson = "1" } } },
            Guards = { new Guard { IfClaim = token } },
        }).ResponseAsync,
        () => user.Tools.PushContextAsync(
            new() { AsAgent = agent, Item = new() { Key = "w", ValueJson = "1" }, IfClaim = token }).ResponseAsync,
        () => user.Tools.PatchContextAsync(
            new() { AsAgent = agent, Patch = new() { Key = "w", MergeJson = "1" }, IfClaim = token }).ResponseAsync,
        () => user.Tools.RemoveContextAsync(new() { AsAgent = agent, Key = "w", IfClaim = token }).ResponseAsync,
        () => user.Tools.CommitContextAsync(new()
        {
            AsAgent = agent,
            Operations = { new Operation { Push = new() { Key = "w", ValueJson = "1" } } },
            Guards = { new Guard { IfClaim = token } },
        }).ResponseAsync,
        () => user.Tools.RenewClaimAsync(new() { AsAgent = agent, Token = token }).ResponseAsync,
        () => user.Tools.ReleaseClaimAsync(new() { AsAgent = agent, Token = token }).ResponseAsync,
        () => user.Tools.HandOverClaimAsync(new() { AsAgent = agent, Token = token, ToAgent = "x" }).ResponseAsync,
    ];

    private static AsyncServerStreamingCall<AwaitClaimResponse> Await(TestUser user, string agent, string? id = null)
    {
        var request = new AwaitClaimRequest { AsAgent = agent, Claim = new() { Name = "task" }, Grace = Seconds(60) };
        if (id is not null)
        {
            request.RequestId = id;
        }

        return user.Tools.AwaitClaim(request);
    }

    private static async Task<AwaitClaimResponse> NextAsync(AsyncServerStreamingCall<AwaitClaimResponse> stream)
    {
        Assert.True(await stream.ResponseStream.MoveNext(Token));
        return stream.ResponseStream.Current;
    }

    private static async Task<List<Change>> ChangesAsync(AsyncServerStreamingCall<SubscribeResponse> stream)
    {
        var seen = new List<Change>();
        while (seen.All(change => change.Key != "end"))
        {
            Assert.True(await stream.ResponseStream.MoveNext(Token));
            seen.AddRange(stream.ResponseStream.Current.Changes?.Changes_ ?? []);
        }

        return seen;
    }

    private static Task<CallToolResponse> CallAsync(TestUser user, string tool, string arguments) =>
        user.Tools.CallToolAsync(new() { AsAgent = "ann", Name = tool, ArgumentsJson = arguments }).ResponseAsync;

    private static Duration Seconds(double seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
}
