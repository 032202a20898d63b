using Grpc.Core;
using Syntha.Server.Admission;
using Syntha.Server.Wire;
using Syntha.Storage.Audit;
using Code = Google.Rpc.Code;

namespace Syntha.Server.Audit;

/// <summary>
/// Makes the entries of calls that were refused or that failed: before their message was read, by their method, or by a tool.
/// </summary>
internal sealed class RefusalRecorder(AuditTrail trail, UserIdRule rule, TimeProvider time)
{
    /// <summary>
    /// Whether a reason is about a permission, a credential or a quota. Other reasons are about the request or the server.
    /// </summary>
    public static bool IsDenial(ErrorReason reason) =>
        StatusMapper.CodeOf(reason) is Code.Unauthenticated or Code.PermissionDenied or Code.ResourceExhausted
        && reason is not (ErrorReason.SlowConsumer or ErrorReason.StoreFull);

    /// <summary>Records a call that was refused before its message was read.</summary>
    public ValueTask RecordAsync(HttpContext http, MeshException refusal)
    {
        if (Realm.Of(http) == Realm.Operator)
        {
            return RecordFaultAsync(http, refusal);
        }

        if (IsDenial(refusal.Reason))
        {
            RecordDenied(http, refusal.Reason, agent: null, tool: null);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Records that a tool refused what a model asked for. The call itself succeeds, because its answer tells the refusal.
    /// </summary>
    public void RecordTool(ServerCallContext context, AgentName agent, string? tool, ErrorReason reason)
    {
        if (IsDenial(reason))
        {
            RecordDenied(context.GetHttpContext(), reason, agent.Value, tool);
        }
    }

    public void RecordDenied(HttpContext http, ErrorReason reason, string? agent, string? tool)
    {
        if (trail.IsOn)
        {
            trail.WriteRefusal(Entry(http, agent, AuditOutcome.Denied, StatusMapper.NameOf(reason), tool));
        }
    }

    /// <summary>Records an operator's call that was refused or that failed.</summary>
    /// <exception cref="MeshException">STORE_BUSY: an operator's own call failed, and the trail has no room for it.</exception>
    public ValueTask RecordFaultAsync(HttpContext http, Exception fault)
    {
        if (fault is MeshException refusal && StatusMapper.CodeOf(refusal.Reason) is not (Code.Unavailable or Code.DataLoss))
        {
            RecordDenied(http, refusal.Reason, agent: null, tool: null);
            return ValueTask.CompletedTask;
        }

        var reason = fault is MeshException failure ? StatusMapper.NameOf(failure.Reason)
            : fault is OperationCanceledException or RpcException ? "CANCELLED"
            : "INTERNAL";
        var entry = Entry(http, null, AuditOutcome.Failed, reason, null);
        if (Caller.Find(http) is not null)
        {
            return trail.WriteAsync(entry, isOperators: true);
        }

        // A stranger's call to Administration while the server stops takes no operator's room.
        trail.WriteRefusal(entry);
        return ValueTask.CompletedTask;
    }

    public AuditEntry Entry(HttpContext http, string? agent, AuditOutcome outcome, string reason, string? tool)
    {
        var (caller, claim) = (Caller.Find(http), http.Features.Get<Claim>());
        return new()
        {
            Time = time.GetUtcNow(),
            Method = CallCounts.MethodOf(http, tool),
            User = caller is { HasUser: true } ? caller.User.Value : Acceptable(claim?.User),
            Credential = caller?.AuditId ?? claim?.Credential ?? "",
            Agent = agent,
            Outcome = outcome,
            Reason = reason,
        };
    }

    // An unknown caller may claim any text. The trail keeps only texts that could be a user's id.
    private string Acceptable(string? user)
    {
        try
        {
            return string.IsNullOrEmpty(user) ? "" : rule.Parse(user).Value;
        }
        catch (MeshException)
        {
            return "";
        }
    }
}
