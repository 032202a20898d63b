using Google.Protobuf;
using Google.Protobuf.Reflection;

using Grpc.Core;

using Syntha.Client.Tests.Fakes;

using Level = Google.Protobuf.Reflection.MethodOptions.Types.IdempotencyLevel;

namespace Syntha.Client.Tests;

public sealed class RetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Push_UnavailableTwice_SucceedsWithOneRequestId()
    {
        await using var server = await FailingAsync(times: 2, new V1.PushResponse { Position = new() { Epoch = "e", Revision = 5 } });
        await using var client = server.Client();

        var receipt = await client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token);

        Assert.Equal(new Position("e", 5), receipt.Position);
        Assert.Equal([receipt.RequestId.ToString()], server.Calls.Select(call => call.RequestId).Distinct());
        Assert.Equal(3, server.Calls.Count);
    }

    [Fact]
    public async Task Get_UnavailableOnce_Succeeds()
    {
        await using var server = await FailingAsync(times: 1, new V1.GetResponse());
        await using var client = server.Client();

        Assert.Null(await client.ForUser("alice").GetAsync("k", cancellationToken: Token));
        Assert.Equal(2, server.Calls.Count);
    }

    [Fact]
    public async Task PushMany_OfAlmostThreeMebibytes_IsRetriedAsWell()
    {
        await using var server = await FailingAsync(times: 1, new V1.PushManyResponse());
        await using var client = server.Client();
        var entries = Enumerable.Range(0, 3).Select(i => PushEntry.From($"k{i}", new string('x', 1024 * 1024 - 100)));

        await client.ForUser("alice").PushManyAsync(entries, cancellationToken: Token);

        Assert.Equal(2, server.Calls.Count);
    }

    [Fact]
    public async Task Push_AlwaysUnavailable_GivesUpAfterMaxAttempts()
    {
        await using var server = await FailingAsync(times: int.MaxValue, new V1.PushResponse());
        await using var client = server.Client(options => options.MaxAttempts = 3);

        await Assert.ThrowsAsync<SynthaUnavailableException>(
            () => client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token));

        Assert.Equal(3, server.Calls.Count);
    }

    [Fact]
    public async Task Push_UnavailableForLong_IsRetriedAsOftenAsAsked()
    {
        await using var server = await FailingAsync(times: 11, new V1.PushResponse());
        await using var client = server.Client(options => options.MaxAttempts = 12);

        await client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token);

        Assert.Equal(12, server.Calls.Count);
    }

    [Fact]
    public async Task Push_MaxAttemptsIsOne_IsNotRetried()
    {
        await using var server = await FailingAsync(times: int.MaxValue, new V1.PushResponse());
        await using var client = server.Client(options => options.MaxAttempts = 1);

        await Assert.ThrowsAsync<SynthaUnavailableException>(
            () => client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token));

        Assert.Single(server.Calls);
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.Cancelled)]
    public async Task Push_ConnectionBroke_IsRepeatedUnderItsRequestId(StatusCode code)
    {
        // Without a reason of the server these are statuses of the transport, such as INTERNAL "Incomplete message." after a GOAWAY.
        var left = 2;
        await using var server = await ScriptedServer.StartAsync(
            IMessage (_) => left-- > 0 ? throw new RpcException(new(code, "Incomplete message.")) : new V1.PushResponse());
        await using var client = server.Client();

        var receipt = await client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token);

        Assert.Equal(Enumerable.Repeat(receipt.RequestId.ToString(), 3), server.Calls.Select(call => call.RequestId));
    }

    [Theory]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.Unimplemented)]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.ResourceExhausted)]
    public async Task Push_StatusOfAProxy_IsToldAsSuchWithTheRequestId(StatusCode code)
    {
        await using var server = await ScriptedServer.StartAsync(IMessage (_) => throw new RpcException(new(code, "said by a proxy")));
        await using var client = server.Client();

        var thrown = await Assert.ThrowsAsync<SynthaUnavailableException>(
            () => client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token));

        Assert.Equal((code, null), (thrown.StatusCode, thrown.ReasonName));
        Assert.Equal(server.Calls.Single().RequestId, thrown.RequestId.ToString());
        Assert.Contains("not from the server", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_RateLimitedWithATime_IsRepeatedWithinTheCallsTime()
    {
        var left = 7;
        await using var server = await ScriptedServer.StartAsync(
            IMessage (_) => left-- > 0 ? throw RateLimited(TimeSpan.FromMilliseconds(1)) : new V1.PushResponse());
        await using var client = server.Client(options => options.MaxAttempts = 2);

        var receipt = await client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token);

        Assert.Equal(Enumerable.Repeat(receipt.RequestId.ToString(), 8), server.Calls.Select(call => call.RequestId));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3_600_000)]
    public async Task Push_RateLimitedAndNoTimeLeftOrNoRepeating_IsToldAtOnce(int attempts, int askedMilliseconds)
    {
        await using var server = await ScriptedServer.StartAsync(
            IMessage (_) => throw RateLimited(TimeSpan.FromMilliseconds(askedMilliseconds)));
        await using var client = server.Client(options =>
        {
            options.MaxAttempts = attempts;
            options.MaxRetryDelay = TimeSpan.FromHours(2);
        });

        await Assert.ThrowsAsync<SynthaQuotaException>(
            () => client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token));

        Assert.Single(server.Calls);
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.Aborted)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.DataLoss)]
    [InlineData(StatusCode.PermissionDenied)]
    public async Task Push_AnyOtherStatus_IsNotRetried(StatusCode code)
    {
        await using var server = await ScriptedServer.StartAsync(IMessage (_) => throw Refusal.Of(code, "STORE_BUSY"));
        await using var client = server.Client();

        await Assert.ThrowsAnyAsync<SynthaException>(() => client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token));

        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task Push_RequestIdOfTheCaller_IsSent()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new V1.PushResponse { Replayed = true });
        await using var client = server.Client();
        var requestId = Guid.NewGuid();

        var receipt = await client.ForUser("alice").PushJsonAsync("k", "1", new() { RequestId = requestId }, Token);

        Assert.Equal(requestId.ToString(), server.Calls.Single().RequestId);
        Assert.Equal((true, requestId), (receipt.Replayed, receipt.RequestId));
    }

    [Fact]
    public void RetryRule_UnaryMethodsOfTheContract_AreRepeatedByTheirIdempotencyLevel()
    {
        var unary = Contract.Methods.Where(method => !method.IsServerStreaming && !method.IsClientStreaming).ToList();

        Assert.Equal(
            unary.Where(method => LevelOf(method) != Level.IdempotencyUnknown).Select(method => method.FullName),
            RetryRule.RepeatableMethods().Select(method => method.FullName));
        Assert.Equal(
            ["syntha.v1.ContextMesh.ClearOutcomes"],
            unary.Where(method => LevelOf(method) == Level.IdempotencyUnknown).Select(method => method.FullName));
    }

    [Fact]
    public void Contract_UnaryMethodsThatAreIdempotent_HaveARequestId()
    {
        // Without one a repeat of a write could act twice, and this client would repeat it all the same.
        Assert.All(
            RetryRule.RepeatableMethods().Where(method => LevelOf(method) == Level.Idempotent),
            method => Assert.NotNull(method.InputType.FindFieldByName(RetryRule.RequestIdField)));
    }

    [Fact]
    public async Task ClearOutcomes_Unavailable_IsNotRepeated()
    {
        await using var server = await FailingAsync(times: 1, new V1.ClearOutcomesResponse());
        await using var client = server.Client();

        await Assert.ThrowsAsync<SynthaUnavailableException>(
            () => client.ForUser("alice").ClearOutcomesAsync(cancellationToken: Token));

        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task EveryWrite_CarriesAVersion7RequestId()
    {
        var answers = Contract.Methods.DistinctBy(method => method.Name).ToDictionary(method => method.Name, method => method.OutputType);
        await using var server = await ScriptedServer.StartAsync(IMessage (call) => call.Context.Method switch
        {
            "/syntha.v1.ToolHandler/CallTool" => new V1.CallToolResponse { ResultJson = "{}", Success = true },
            _ when call.Method == "Claim" =>
                new V1.ClaimResponse { Claim = new() { Name = "c", Token = new() { Name = "c", Position = new() } } },
            _ when call.Method == "RenewClaim" => new V1.RenewClaimResponse { ExpireTime = new() },
            _ => answers[call.Method].Parser.ParseFrom(ByteString.Empty),
        });
        await using var client = server.Client();
        var mesh = client.ForUser("alice");
        var agent = mesh.ForAgent("a");

        await mesh.PushJsonAsync("k", "1", cancellationToken: Token);
        await mesh.PushManyAsync([PushEntry.From("k", 1)], cancellationToken: Token);
        await mesh.PatchAsync("k", ValuePatch.Increment(), cancellationToken: Token);
        await mesh.CommitAsync([CommitOperation.Remove("k")], cancellationToken: Token);
        await agent.PatchContextAsync("k", ValuePatch.Increment(), cancellationToken: Token);
        await agent.CommitContextAsync([CommitOperation.Remove("k")], cancellationToken: Token);
        await mesh.RemoveAsync("k", cancellationToken: Token);
        await mesh.ClearAsync(cancellationToken: Token);
        await mesh.CleanupExpiredAsync(cancellationToken: Token);
        await mesh.RegisterAgentTopicsAsync("a", ["t"], Token);
        await mesh.UnsubscribeFromTopicsAsync("a", ["t"], Token);
        await mesh.DeleteTopicAsync("t", cancellationToken: Token);
        await mesh.SetAgentPostPermissionsAsync("a", null, Token);
        await agent.PushContextAsync("k", 1, cancellationToken: Token);
        await agent.RemoveContextAsync("k", cancellationToken: Token);
        await agent.ClearOwnContextAsync(cancellationToken: Token);
        await agent.UnsubscribeFromTopicsAsync(["t"], Token);
        await agent.HandleToolCallAsync("push_context", cancellationToken: Token);
        await agent.SetAccessAsync(null, Token);
        await agent.LogOutcomeAsync(new OutcomeReport("t", IsSuccess: true), Token);
        await mesh.LogOutcomeAsync("a", new OutcomeReport("t", IsSuccess: true), Token);

        var ofOwner = await mesh.ClaimAsync("c", cancellationToken: Token);
        foreach (var claim in new[] { ofOwner, await agent.ClaimAsync("c", cancellationToken: Token) })
        {
            await claim.RenewAsync(cancellationToken: Token);
            await claim.HandOverAsync("b", Token);
            await claim.ReleaseAsync(Token);
        }

        var scope = UndoScope.Command(new("epoch", 1));
        await mesh.UndoAsync(await mesh.PlanUndoAsync(scope, cancellationToken: Token), cancellationToken: Token);
        await agent.UndoContextAsync(await agent.PlanUndoContextAsync(scope, cancellationToken: Token), cancellationToken: Token);
        await mesh.RedactAsync("k", RedactionScope.Former, cancellationToken: Token);

        // A wait in line is a stream, which leaves the line when it is cancelled: ClaimHandleTests.
        var writes = Contract.Methods.Where(method =>
            method.InputType.FindFieldByName(RetryRule.RequestIdField) is not null && method.Name is not ("AwaitClaim" or "LeaveClaim"));
        var calls = server.Calls.Where(call => !call.Method.StartsWith("PlanUndo", StringComparison.Ordinal)).ToList();
        Assert.Equal(writes.Select(method => method.Name).Order(), calls.Select(call => call.Method).Order());
        Assert.All(calls, call => Assert.Equal(7, Guid.Parse(call.RequestId!).Version));
        Assert.Distinct(calls.Select(call => call.RequestId));
    }

    private static RpcException RateLimited(TimeSpan wait) => Refusal.Of(
        StatusCode.ResourceExhausted,
        "RATE_LIMITED",
        details: new Google.Rpc.RetryInfo { RetryDelay = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(wait) });

    private static Level LevelOf(MethodDescriptor method) => method.GetOptions()?.IdempotencyLevel ?? Level.IdempotencyUnknown;

    private static Task<ScriptedServer> FailingAsync(int times, IMessage answer)
    {
        var left = times;
        return ScriptedServer.StartAsync(_ => Interlocked.Decrement(ref left) >= 0 ? throw Refusal.Unavailable() : answer);
    }
}
