using Google.Protobuf;

namespace Syntha.V1;

/// <summary>A request that an agent may make: its field <c>as_agent</c> names who acts.</summary>
public interface IActingRequest
{
    /// <summary>Whether an agent acts; otherwise the owner does.</summary>
    bool HasAsAgent { get; }

    /// <summary>The agent that acts.</summary>
    string AsAgent { get; set; }
}

/// <summary>A request about an agent: its field <c>agent</c> names that agent.</summary>
public interface IAgentRequest
{
    /// <summary>The agent that the call is about.</summary>
    string Agent { get; set; }
}

/// <summary>A request that can be repeated: its field <c>request_id</c> tells the server that it has carried out the call before.</summary>
public interface IRepeatableRequest : IMessage
{
    /// <summary>Whether the request has an id.</summary>
    bool HasRequestId { get; }

    /// <summary>The id, a UUID.</summary>
    string RequestId { get; set; }
}

public sealed partial class AwaitClaimRequest : IActingRequest, IRepeatableRequest;

public sealed partial class BuildPromptRequest : IActingRequest;

public sealed partial class CallToolRequest : IActingRequest, IRepeatableRequest;

public sealed partial class ClaimRequest : IActingRequest, IRepeatableRequest;

public sealed partial class CleanupExpiredRequest : IActingRequest, IRepeatableRequest;

public sealed partial class ClearRequest : IActingRequest, IRepeatableRequest;

public sealed partial class CommitRequest : IActingRequest, IRepeatableRequest;

public sealed partial class DeleteTopicRequest : IActingRequest, IRepeatableRequest;

public sealed partial class DiffPositionsRequest : IActingRequest;

public sealed partial class GetAccessRequest : IAgentRequest;

public sealed partial class GetAgentTopicsRequest : IAgentRequest;

public sealed partial class GetManyRequest : IActingRequest;

public sealed partial class GetPostPermissionsRequest : IAgentRequest;

public sealed partial class GetRequest : IActingRequest;

public sealed partial class GetStatsRequest : IActingRequest;

public sealed partial class HandOverClaimRequest : IActingRequest, IRepeatableRequest;

public sealed partial class HasContextRequest : IActingRequest;

public sealed partial class LeaveClaimRequest : IActingRequest, IRepeatableRequest;

public sealed partial class ListClaimsRequest : IActingRequest;

public sealed partial class ListRequest : IActingRequest;

public sealed partial class ListToolsRequest : IAgentRequest;

public sealed partial class ListTopicsRequest : IActingRequest;

public sealed partial class ListVersionsRequest : IActingRequest;

public sealed partial class LogOutcomeRequest : IAgentRequest, IRepeatableRequest;

public sealed partial class PatchRequest : IActingRequest, IRepeatableRequest;

public sealed partial class PlanUndoRequest : IActingRequest;

public sealed partial class PushManyRequest : IActingRequest, IRepeatableRequest;

public sealed partial class PushRequest : IActingRequest, IRepeatableRequest;

public sealed partial class RedactRequest : IRepeatableRequest;

public sealed partial class RegisterAgentTopicsRequest : IAgentRequest, IRepeatableRequest;

public sealed partial class ReleaseClaimRequest : IActingRequest, IRepeatableRequest;

public sealed partial class RemoveRequest : IActingRequest, IRepeatableRequest;

public sealed partial class RenewClaimRequest : IActingRequest, IRepeatableRequest;

public sealed partial class SetAccessRequest : IAgentRequest, IRepeatableRequest;

public sealed partial class SetPostPermissionsRequest : IAgentRequest, IRepeatableRequest;

public sealed partial class SubscribeRequest : IActingRequest;

public sealed partial class SubscribeToTopicsRequest : IActingRequest;

public sealed partial class UndoRequest : IActingRequest, IRepeatableRequest;

public sealed partial class UnsubscribeFromTopicsRequest : IAgentRequest, IRepeatableRequest;
