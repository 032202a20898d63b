using Syntha.Server.Wire;

namespace Syntha.Server.Tests.Wire;

/// <summary>Every reason of the contract that this server can give is given once. The lists of reasons must agree.</summary>
public sealed class ErrorReasonTests(SharedServer server)
{
    // This test does not raise the reasons of streams and exports.
    private static readonly ErrorReason[] NotGivenYet =
    [
        ErrorReason.Unspecified, ErrorReason.ExportInvalid, ErrorReason.ExportUserMismatch, ErrorReason.UserExists,
        ErrorReason.UserNotFound,
        ErrorReason.HistoryCompacted, ErrorReason.RevisionInFuture, ErrorReason.EpochChanged, ErrorReason.QuotaStreams,
        ErrorReason.SlowConsumer, ErrorReason.MessageMalformed,
    ];

    // Raised in Meshes, where users may hold less.
    private static readonly ErrorReason[] OfQuotas =
        [ErrorReason.QuotaItems, ErrorReason.QuotaBytes, ErrorReason.QuotaAgents, ErrorReason.QuotaTopics];

    // Reasons about credentials and callers: raised in Admission and Credentials.
    private static readonly ErrorReason[] OfCallers =
        [
            ErrorReason.CredentialsInvalid, ErrorReason.UserMismatch, ErrorReason.AgentMismatch, ErrorReason.OperatorRequired,
            ErrorReason.OwnerRequired, ErrorReason.RateLimited,
        ];

    // Reasons that need a store in trouble: raised in Faults, Hosting and Encryption.
    private static readonly ErrorReason[] OfStoresAndStops =
    [
        ErrorReason.StoreReadOnly, ErrorReason.StoreFull, ErrorReason.StoreBusy, ErrorReason.StoreDown, ErrorReason.NodeDraining,
        ErrorReason.StoreCorrupt,
        ErrorReason.EncryptionOff,
    ];

    private static readonly Dictionary<ErrorReason, Func<TestUser, Task>> OfRequests = new()
    {
        [ErrorReason.RoutingNotAllowed] = async user =>
        {
            await user.Mesh.SetPostPermissionsAsync(new() { Agent = "a", Permissions = new() });
            await user.PushAsync("k", agent: "a");
        },
        [ErrorReason.KeyNotWritable] = async user =>
        {
            await user.PushAsync("k", subscribers: ["b"]);
            await user.PushAsync("k", agent: "a");
        },
        [ErrorReason.ToolNotAllowed] = async user =>
        {
            await user.Mesh.SetAccessAsync(new() { Agent = "a", Access = new() { PredefinedRole = PredefinedRole.Readonly } });
            await user.PushAsync("k", agent: "a");
        },
        [ErrorReason.PastNotAllowed] = user => user.Mesh.ListVersionsAsync(new() { AsAgent = "a", Key = "k" }).ResponseAsync,
        [ErrorReason.ToolInvalid] = user =>
            user.Mesh.SetAccessAsync(new() { Agent = "a", Access = new() { DeniedTools = { (Tool)99 } } }).ResponseAsync,
        [ErrorReason.TemplateInvalid] = user =>
            user.Mesh.BuildPromptAsync(new() { Spec = new() { Custom = new() { Template = "{none}" } } }).ResponseAsync,
        [ErrorReason.KeyInvalid] = user => user.PushAsync("\0"),
        [ErrorReason.AgentInvalid] = user => user.PushAsync("k", agent: ""),
        [ErrorReason.TopicInvalid] = user => user.PushAsync("k", topics: [""]),
        [ErrorReason.JsonInvalid] = user => user.PushAsync("k", "{"),
        [ErrorReason.ValueTooLarge] = user => user.PushAsync("k", $"\"{new string('v', 1280 * 1024)}\""),
        [ErrorReason.RequestTooLarge] = user => user.Mesh.PushManyAsync(new()).ResponseAsync,
        [ErrorReason.PageTokenInvalid] = user => user.Mesh.ListAsync(new() { PageToken = "x" }).ResponseAsync,
        [ErrorReason.FilterInvalid] = user => user.Mesh.ListAsync(new() { Filter = new() { KeyGlob = "[" } }).ResponseAsync,
        [ErrorReason.ArgumentInvalid] = user => user.Mesh.ListAsync(new() { PageSize = -1 }).ResponseAsync,
        [ErrorReason.PromptTooLarge] = user =>
            user.Mesh.BuildPromptAsync(new() { Spec = new() { Custom = new() { Template = "long" }, MaxBytes = 1 } }).ResponseAsync,
        [ErrorReason.RequestIdReused] = async user =>
        {
            var id = Guid.NewGuid().ToString();
            await user.Mesh.PushAsync(new() { RequestId = id, Item = new() { Key = "k", ValueJson = "1" } });
            await user.Mesh.PushAsync(new() { RequestId = id, Item = new() { Key = "k", ValueJson = "2" } });
        },
        [ErrorReason.RequestIdInvalid] = user =>
            user.Mesh.PushAsync(new() { RequestId = "x", Item = new() { Key = "k", ValueJson = "1" } }).ResponseAsync,
        [ErrorReason.PatchInvalid] = user => user.Mesh.PatchAsync(new() { Patch = new() { Key = "k" } }).ResponseAsync,
        [ErrorReason.PatchFailed] = user =>
            user.Mesh.PatchAsync(new() { Patch = new() { Key = "k", Increment = new() { Integer = 1 } } }).ResponseAsync,
        [ErrorReason.ClaimHeld] = async user =>
        {
            await user.Mesh.ClaimAsync(new() { Claim = new() { Name = "task" } });
            await user.Mesh.ClaimAsync(new() { Claim = new() { Name = "task" } });
        },
        [ErrorReason.ClaimLost] = user => user.Mesh.RenewClaimAsync(
            new() { Token = new() { Name = "task", Position = new() { Epoch = "e", Revision = 1 } } }).ResponseAsync,
        [ErrorReason.QuotaClaims] = async user =>
        {
            for (var many = 0; many <= 10_000; many += 2_000)
            {
                var operations = Enumerable.Range(many, 2_000).Select(n => new Operation { Claim = new() { Name = $"{n}" } });
                await user.Mesh.CommitAsync(new() { Operations = { operations } });
            }
        },
        [ErrorReason.PlanOutdated] = async user =>
        {
            await user.PushAsync("k");
            var plan = await user.PositionAsync();
            await user.PushAsync("k");
            await user.Mesh.UndoAsync(new() { Scope = new() { Command = plan }, PlanPosition = plan });
        },
        [ErrorReason.UndoBlocked] = async user =>
        {
            await user.PushAsync("k");
            var first = await user.PositionAsync();
            await user.PushAsync("k");
            await user.Mesh.UndoAsync(
                new() { Scope = new() { Command = first }, PlanPosition = await user.PositionAsync(), AllOrNothing = true });
        },
        [ErrorReason.VersionRedacted] = async user =>
        {
            await user.PushAsync("k");
            var then = await user.PositionAsync();
            await user.Mesh.RedactAsync(new() { Key = "k", Every = new() });
            await user.Mesh.GetAsync(new() { Key = "k", ReadPoint = new() { AsOfPosition = then } });
        },
        [ErrorReason.KeyExists] = async user =>
        {
            await user.PushAsync("k");
            await user.Mesh.PushAsync(new() { Item = new() { Key = "k", ValueJson = "1", IfRevision = 0 } });
        },
        [ErrorReason.RevisionMismatch] = user =>
            user.Mesh.PushAsync(new() { Item = new() { Key = "k", ValueJson = "1", IfRevision = 7 } }).ResponseAsync,
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
            NotGivenYet.Concat(OfQuotas)
                .Concat(OfCallers)
                .Concat(OfStoresAndStops)
                .Concat(OfRequests.Keys)
                .Concat([ErrorReason.UserIdMissing, ErrorReason.UserIdMalformed])
                .Order());

    [Fact]
    public void Statuses_OfAllReasons_AreThoseOfTheContract()
    {
        foreach (var reason in Enum.GetValues<Mesh.Errors.ErrorReason>())
        {
            Assert.Equal((int)Refusal.StatusOf((ErrorReason)reason), (int)StatusMapper.CodeOf(reason));
            Assert.Equal(
                ErrorReflection.Descriptor.EnumTypes.Single().FindValueByNumber((int)reason).Name,
                $"ERROR_REASON_{StatusMapper.NameOf(reason)}");
        }
    }
}
