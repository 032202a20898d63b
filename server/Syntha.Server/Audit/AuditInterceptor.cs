using Grpc.Core;
using Syntha.Server.Admission;
using Syntha.Server.Wire;
using Syntha.Storage.Audit;
using Code = Google.Rpc.Code;

namespace Syntha.Server.Audit;

/// <summary>
/// Writes an entry for each call that is denied, and for each call of an operator. Users' commits come to the trail from their logs, and
/// reads by <see cref="CallCounts"/>.
/// </summary>
internal sealed class AuditInterceptor(AuditTrail trail, UserIdRule rule, TimeProvider time) : CallInterceptor
{
    protected override Task<TAnswer> AroundAsync<TCall, TRequest, TAnswer>(TCall call, TRequest? request, ServerCallContext context)
        where TRequest : class
    {
        if (IsOperators(context))
        {
            return RecordAsync<TCall, TRequest, TAnswer>(call, request, context);
        }

        try
        {
            var running = call.RunAsync();
            return running.IsCompletedSuccessfully ? running : AwaitAsync(running, request, context);
        }
        catch (MeshException refusal) when (IsDenial(refusal.Reason))
        {
            return AwaitAsync(Task.FromException<TAnswer>(refusal), request, context);
        }
    }

    /// <summary>
    /// Writes that a tool refused what a model asked for. The call itself succeeds, because its answer tells the refusal.
    /// </summary>
    /// <exception cref="MeshException">STORE_BUSY.</exception>
    public ValueTask WriteToolRefusedAsync(ServerCallContext context, AgentName agent, string? tool, ErrorReason reason) =>
        IsDenial(reason) ? WriteAsync(context, agent.Value, AuditOutcome.Denied, reason, tool) : ValueTask.CompletedTask;

    /// <summary>
    /// Whether a reason is about a permission, a credential or a quota. Other reasons are about the request or the server.
    /// </summary>
    private static bool IsDenial(ErrorReason reason) =>
        StatusMapper.CodeOf(reason) is Code.Unauthenticated or Code.PermissionDenied or Code.ResourceExhausted
        && reason is not (ErrorReason.SlowConsumer or ErrorReason.StoreFull);

    private static bool IsOperators(ServerCallContext context) => Realm.Of(context.GetHttpContext()) == Realm.Operator;

    private async Task<TAnswer> AwaitAsync<TRequest, TAnswer>(Task<TAnswer> call, TRequest? request, ServerCallContext context)
        where TRequest : class
    {
        try
        {
            return await call;
        }
        catch (MeshException refusal) when (IsDenial(refusal.Reason))
        {
            var actor = RequestNames.ActorIn(Realm.Of(context.GetHttpContext()), request);
            await WriteAsync(context, actor, AuditOutcome.Denied, refusal.Reason, null);
            throw;
        }
    }

    // An operator's call ends when its entry is durable.
    private async Task<TAnswer> RecordAsync<TCall, TRequest, TAnswer>(TCall call, TRequest? request, ServerCallContext context)
        where TCall : struct, ICall<TAnswer>
        where TRequest : class
    {
        if (RequestNames.UserIn(request) is { Length: > 0 } subject)
        {
            Claim.Set(context.GetHttpContext(), subject, null);
        }

        TAnswer answer;
        try
        {
            answer = await call.RunAsync();
        }
        catch (Exception fault)
        {
            await Undo.RunOf(context.GetHttpContext());
            await WriteFaultAsync(context, fault);
            throw;
        }
        try
        {
            await trail.WriteDurablyAsync(Entry(context, null, AuditOutcome.Success, "", null));
            context.CancellationToken.ThrowIfCancellationRequested();
        }
        catch
        {
            await Undo.RunOf(context.GetHttpContext());
            throw;
        }
        return answer;
    }

    private ValueTask WriteFaultAsync(ServerCallContext context, Exception fault)
    {
        if (fault is not MeshException refusal)
        {
            var reason = fault is OperationCanceledException or RpcException ? "CANCELLED" : "INTERNAL";
            return trail.WriteAsync(Entry(context, null, AuditOutcome.Failed, reason, null));
        }

        var isServers = StatusMapper.CodeOf(refusal.Reason) is Code.Unavailable or Code.DataLoss;
        return WriteAsync(context, null, isServers ? AuditOutcome.Failed : AuditOutcome.Denied, refusal.Reason, null);
    }

    private ValueTask WriteAsync(ServerCallContext context, string? agent, AuditOutcome outcome, ErrorReason reason, string? tool) =>
        trail.IsOn ? trail.WriteAsync(Entry(context, agent, outcome, StatusMapper.NameOf(reason), tool)) : ValueTask.CompletedTask;

    private AuditEntry Entry(ServerCallContext context, string? agent, AuditOutcome outcome, string reason, string? tool)
    {
        var http = context.GetHttpContext();
        var (caller, claim) = (http.Features.Get<Caller>(), http.Features.Get<Claim>());
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
