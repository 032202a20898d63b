using Syntha.Server.Errors;

namespace Syntha.Server.Tests;

/// <summary>Every reason of the contract that this server can give, given once; and the lists of reasons held together.</summary>
public sealed class ErrorReasonTests(SharedServer server)
{
    // Reasons of what is not there yet: credentials, tools, streams, quotas.
    private static readonly ErrorReason[] NotGivenYet =
    [
        ErrorReason.Unspecified, ErrorReason.CredentialsInvalid, ErrorReason.UserMismatch, ErrorReason.AgentMismatch, ErrorReason.ToolNotAllowed,
        ErrorReason.HistoryCompacted, ErrorReason.RevisionInFuture, ErrorReason.EpochChanged, ErrorReason.QuotaItems, ErrorReason.QuotaBytes,
        ErrorReason.QuotaAgents, ErrorReason.QuotaTopics, ErrorReason.SubscriptionLimit, ErrorReason.RateLimited, ErrorReason.SlowConsumer,
    ];

    // Where a store has to be in trouble: raised in Faults and Hosting.
    private static readonly ErrorReason[] OfStoresAndStops =
    [
        ErrorReason.StoreReadOnly, ErrorReason.StoreFull, ErrorReason.StoreBusy, ErrorReason.StoreDown, ErrorReason.NodeDraining, ErrorReason.StoreCorrupt,
    ];

    private static readonly Dictionary<ErrorReason, Func<TestUser, Task>> OfRequests = new()
    {
        [ErrorReason.TopicNotAllowed] = async user =>
        {
            await user.Mesh.SetPostPermissionsAsync(new() { AgentName = "a", Permissions = new() });
            await user.PushAsync("k", agent: "a");
        },
        [ErrorReason.KeyNotWritable] = async user =>
        {
            await user.PushAsync("k", subscribers: ["b"]);
            await user.PushAsync("k", agent: "a");
        },
        [ErrorReason.KeyInvalid] = user => user.PushAsync("\0"),
        [ErrorReason.AgentInvalid] = user => user.PushAsync("k", agent: ""),
        [ErrorReason.TopicInvalid] = user => user.PushAsync("k", topics: [""]),
        [ErrorReason.JsonInvalid] = user => user.PushAsync("k", "{"),
        [ErrorReason.ValueTooLarge] = user => user.PushAsync("k", $"\"{new string('v', 1024 * 1024)}\""),
        [ErrorReason.RequestTooLarge] = user => user.Mesh.PushManyAsync(new()).ResponseAsync,
        [ErrorReason.PageTokenInvalid] = user => user.Mesh.ListAsync(new() { PageToken = "x" }).ResponseAsync,
        [ErrorReason.FilterInvalid] = user => user.Mesh.ListAsync(new() { KeyGlob = "[" }).ResponseAsync,
        [ErrorReason.RequestIdReused] = user => user.Mesh.PushAsync(new() { Key = "k", ValueJson = "1", RequestId = "x" }).ResponseAsync,
        [ErrorReason.KeyExists] = async user =>
        {
            await user.PushAsync("k");
            await user.Mesh.PushAsync(new() { Key = "k", ValueJson = "1", IfRevision = 0 });
        },
        [ErrorReason.RevisionMismatch] = user => user.Mesh.PushAsync(new() { Key = "k", ValueJson = "1", IfRevision = 7 }).ResponseAsync,
    };

    public static TheoryData<ErrorReason> Given { get; } = new(OfRequests.Keys);

    [Theory]
    [MemberData(nameof(Given))]
    public async Task AnyReason_OfARequest_ArrivesWithItsStatusAndDetails(ErrorReason reason) =>
        Refusal.Of(reason, await Assert.ThrowsAsync<RpcException>(() => OfRequests[reason](server.NewUser())));

    [Fact]
    public async Task UserIdReasons_ArriveWithTheirStatus()
    {
        await Refusal.OfAsync(ErrorReason.UserIdMissing, new ContextMesh.ContextMeshClient(server.Channel).GetAsync(new()));
        await Refusal.OfAsync(ErrorReason.UserIdMalformed, server.As("a/b").Mesh.GetAsync(new()));
    }

    [Fact]
    public void Reasons_OfTheContract_AreAllRaisedByATestOrNotGivenYet() =>
        Assert.Equal(
            Enum.GetValues<ErrorReason>(),
            NotGivenYet.Concat(OfStoresAndStops).Concat(OfRequests.Keys).Concat([ErrorReason.UserIdMissing, ErrorReason.UserIdMalformed]).Order());

    [Fact]
    public void Statuses_OfAllReasons_AreThoseOfTheContract()
    {
        foreach (var reason in Enum.GetValues<Mesh.Errors.ErrorReason>())
        {
            Assert.Equal((int)Refusal.StatusOf((ErrorReason)reason), (int)StatusMapper.CodeOf(reason));
            Assert.Equal(
                ErrorsReflection.Descriptor.EnumTypes.Single().FindValueByNumber((int)reason).Name, $"ERROR_REASON_{StatusMapper.NameOf(reason)}");
        }
    }
}
