using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

using Grpc.Core;

using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests;

public sealed class ErrorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void ErrorReason_OfTheClient_IsThatOfTheContract()
    {
        var contract = System.Enum.GetValues<V1.ErrorReason>().ToDictionary(reason => (int)reason, reason => reason.ToString());
        var client = System.Enum.GetValues<ErrorReason>().ToDictionary(reason => (int)reason, reason => reason.ToString());

        Assert.Equal(contract, client);
    }

    [Fact]
    public async Task AnyCall_EveryReasonOfTheContract_IsRecognised()
    {
        await using var server = await ScriptedServer.StartAsync(
            IMessage (call) => throw Refusal.Of(StatusCode.Internal, ((V1.PushRequest)call.Request).Item.Key));
        await using var client = server.Client();

        foreach (var value in V1.ErrorReflection.Descriptor.EnumTypes.Single().Values.Where(value => value.Number > 0))
        {
            var reason = value.Name["ERROR_REASON_".Length..];

            var thrown = await Assert.ThrowsAnyAsync<SynthaException>(
                () => client.ForUser("alice").PushJsonAsync(reason, "1", cancellationToken: Token));

            Assert.Equal(value.Number, (int)thrown.Reason);
            Assert.Equal(reason, thrown.ReasonName);
        }
    }

    [Fact]
    public async Task Push_KeyExists_ThrowsConflictWithTheItemsRevision()
    {
        var thrown = await FailureOfAsync<SynthaConflictException>(
            Refusal.Of(StatusCode.AlreadyExists, "KEY_EXISTS", new() { ["current"] = "7" }));

        Assert.Equal(0, thrown.ExpectedRevision);
        Assert.Equal(7, thrown.CurrentRevision);
        Assert.Equal(StatusCode.AlreadyExists, thrown.StatusCode);
    }

    [Fact]
    public async Task Push_RevisionMismatch_ThrowsConflictWithBothRevisions()
    {
        var thrown = await FailureOfAsync<SynthaConflictException>(Refusal.Of(
            StatusCode.Aborted, "REVISION_MISMATCH", new() { ["expected"] = "3", ["current"] = "9007199254740993" }));

        Assert.Equal(3, thrown.ExpectedRevision);
        Assert.Equal(9007199254740993, thrown.CurrentRevision);
    }

    [Fact]
    public async Task Push_PermissionDenied_ThrowsPermissionDenied()
    {
        var thrown = await FailureOfAsync<SynthaPermissionDeniedException>(Refusal.Of(StatusCode.PermissionDenied, "KEY_NOT_WRITABLE"));

        Assert.Equal(ErrorReason.KeyNotWritable, thrown.Reason);
        Assert.Contains("what is wrong", thrown.Message, StringComparison.Ordinal);
        Assert.IsType<RpcException>(thrown.InnerException);
    }

    [Fact]
    public async Task Push_InvalidJson_ThrowsInvalidArgumentWithPlaceAndField()
    {
        var thrown = await FailureOfAsync<SynthaInvalidArgumentException>(Refusal.Of(
            StatusCode.InvalidArgument,
            "JSON_INVALID",
            new() { ["line"] = "2", ["column"] = "14" },
            details: new BadRequest
            {
                FieldViolations = { new BadRequest.Types.FieldViolation { Field = "value_json", Description = "no" } },
            }));

        Assert.Equal((2L, 14L), (thrown.Line, thrown.Column));
        Assert.Null(thrown.Limit);
        Assert.Equal([new FieldViolation("value_json", "no")], thrown.FieldViolations);
    }

    [Fact]
    public async Task Push_QuotaUsedUp_ThrowsQuotaWithLimit()
    {
        var thrown = await FailureOfAsync<SynthaQuotaException>(Refusal.Of(
            StatusCode.ResourceExhausted, "QUOTA_ITEMS", new() { ["limit"] = "10000", ["actual"] = "10001" }));

        Assert.Equal((10_000L, 10_001L), (thrown.Limit, thrown.Actual));
        Assert.Null(thrown.RetryAfter);
    }

    [Fact]
    public async Task AnyCall_RetryInfo_IsTold()
    {
        var thrown = await FailureOfAsync<SynthaQuotaException>(Refusal.Of(
            StatusCode.ResourceExhausted,
            "RATE_LIMITED",
            details: new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1500)) }));

        Assert.Equal(TimeSpan.FromMilliseconds(1500), thrown.RetryAfter);
    }

    [Fact]
    public async Task AnyCall_StoreFull_IsNoQuota()
    {
        var thrown = await FailureOfAsync<SynthaException>(Refusal.Of(StatusCode.ResourceExhausted, "STORE_FULL"));

        Assert.Equal(typeof(SynthaException), thrown.GetType());
    }

    [Fact]
    public async Task AnyCall_ReasonOfALaterServer_KeepsStatusAndName()
    {
        var thrown = await FailureOfAsync<SynthaPermissionDeniedException>(Refusal.Of(StatusCode.PermissionDenied, "MOON_PHASE"));

        Assert.Equal(ErrorReason.Unspecified, thrown.Reason);
        Assert.Equal("MOON_PHASE", thrown.ReasonName);
    }

    [Fact]
    public async Task AnyCall_ReasonOfAnotherDomain_IsNotTakenForOurs()
    {
        var thrown = await FailureOfAsync<SynthaUnavailableException>(Refusal.Of(StatusCode.Aborted, "KEY_EXISTS", domain: "example.com"));

        Assert.Equal((ErrorReason.Unspecified, null), (thrown.Reason, thrown.ReasonName));
        Assert.Empty(thrown.Metadata);
    }

    [Theory]
    [InlineData("40")]
    [InlineData("KeyExists, UserMismatch")]
    public async Task AnyCall_ReasonThatLooksLikeANumberOrAList_IsUnknown(string reason)
    {
        var thrown = await FailureOfAsync<SynthaException>(Refusal.Of(StatusCode.Internal, reason));

        Assert.Equal(ErrorReason.Unspecified, thrown.Reason);
    }

    [Fact]
    public async Task AnyCall_UnreadableDetails_StillTellsTheStatus()
    {
        var trailers = new Metadata { { "grpc-status-details-bin", [0xff, 0xff, 0xff] } };

        var thrown = await FailureOfAsync<SynthaUnavailableException>(
            new RpcException(new Grpc.Core.Status(StatusCode.PermissionDenied, "no"), trailers));

        Assert.Equal((StatusCode.PermissionDenied, ErrorReason.Unspecified), (thrown.StatusCode, thrown.Reason));
    }

    [Fact]
    public async Task Push_Unavailable_TellsTheRequestIdToRepeatWith()
    {
        await using var server = await ScriptedServer.StartAsync(IMessage (_) => throw Refusal.Of(StatusCode.Unavailable, "STORE_DOWN"));
        await using var client = server.Client(options => options.MaxAttempts = 1);

        var thrown = await Assert.ThrowsAsync<SynthaUnavailableException>(
            () => client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token));

        Assert.Equal(server.Calls.Single().RequestId, thrown.RequestId.ToString());
        Assert.Equal(ErrorReason.StoreDown, thrown.Reason);
    }

    [Fact]
    public async Task Get_NobodyListens_NamesTheAddress()
    {
        string address;
        await using (var server = await ScriptedServer.StartAsync(_ => new V1.GetResponse()))
        {
            address = server.Address;
        }

        await using var client = new SynthaClient(new SynthaClientOptions { Address = address, MaxAttempts = 1 });

        var thrown = await Assert.ThrowsAsync<SynthaUnavailableException>(
            () => client.ForUser("alice").GetAsync("k", cancellationToken: Token));

        Assert.Contains(address, thrown.Message, StringComparison.Ordinal);
        Assert.Null(thrown.RequestId);
    }

    [Fact]
    public async Task Push_ServerNeverAnswers_EndsAtCallTimeoutAndNamesTheSetting()
    {
        await using var server = await ScriptedServer.StartAsync(async call =>
        {
            await Task.Delay(Timeout.Infinite, call.Context.CancellationToken);
            return new V1.PushResponse();
        });
        await using var client = server.Client(options => options.CallTimeout = TimeSpan.FromMilliseconds(200));

        var thrown = await Assert.ThrowsAsync<SynthaUnavailableException>(
            () => client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token));

        Assert.Equal(StatusCode.DeadlineExceeded, thrown.StatusCode);
        Assert.Contains("SynthaClientOptions.CallTimeout (00:00:00.2000000)", thrown.Message, StringComparison.Ordinal);
        Assert.NotNull(thrown.RequestId);
    }

    private static async Task<T> FailureOfAsync<T>(RpcException answer)
        where T : SynthaException
    {
        await using var server = await ScriptedServer.StartAsync(IMessage (_) => throw answer);
        await using var client = server.Client(options => options.MaxAttempts = 1);

        return await Assert.ThrowsAnyAsync<T>(() => client.ForUser("alice").PushJsonAsync("k", "1", cancellationToken: Token));
    }
}
