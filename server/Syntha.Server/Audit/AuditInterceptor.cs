using Grpc.Core;
using Grpc.Core.Interceptors;
using Syntha.Server.Admission;
using Syntha.Server.Wire;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>
/// Writes an entry for each call that is refused to somebody, and for each call of an operator. What else there is comes from the logs of users,
/// and from <see cref="CallCounts"/>.
/// </summary>
internal sealed class AuditInterceptor(AuditTrail trail, UserIdRule rule, TimeProvider time) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (IsOperators(context))
        {
            return TellAsync(() => continuation(request, context), request, context);
        }

        try
        {
            var call = continuation(request, context);
            return call.IsCompletedSuccessfully ? call : AwaitAsync(call, request, context);
        }
        catch (MeshException refusal) when (IsDenial(refusal.Reason))
        {
            return AwaitAsync(Task.FromException<TResponse>(refusal), request, context);
        }
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        TellAsync<TRequest, TResponse>(() => continuation(requestStream, context), request: null, context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        TellAsync(() => WithResultAsync(continuation(request, responseStream, context)), request, context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        TellAsync<TRequest, object>(() => WithResultAsync(continuation(requestStream, responseStream, context)), request: null, context);

    /// <summary>Writes that a model was refused what it asked for; the call itself succeeds, because its answer says so.</summary>
    /// <exception cref="MeshException">STORE_BUSY.</exception>
    public ValueTask TellToolRefusedAsync(ServerCallContext context, AgentName agent, string? tool, ErrorReason reason) =>
        IsDenial(reason) ? WriteAsync(context, agent.Value, AuditOutcome.Denied, reason, tool) : ValueTask.CompletedTask;

    /// <summary>The reasons that tell of a permission, a credential or a quota, and not of what was asked or of the server.</summary>
    private static bool IsDenial(ErrorReason reason) =>
        StatusMapper.CodeOf(reason) is Google.Rpc.Code.Unauthenticated or Google.Rpc.Code.PermissionDenied or Google.Rpc.Code.ResourceExhausted
        && reason is not (ErrorReason.SlowConsumer or ErrorReason.StoreFull);

    private static bool IsOperators(ServerCallContext context) => Realm.Of(context.GetHttpContext()) == Realm.Operator;

    private static async Task<object> WithResultAsync(Task call)
    {
        await call;
        return call;
    }

    private async Task<TResponse> AwaitAsync<TRequest, TResponse>(Task<TResponse> call, TRequest request, ServerCallContext context)
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
    private async Task<TResponse> TellAsync<TRequest, TResponse>(Func<Task<TResponse>> call, TRequest? request, ServerCallContext context)
        where TRequest : class
    {
        if (!IsOperators(context))
        {
            return await AwaitAsync(CallAsync(), request!, context);
        }

        if (RequestNames.UserIn(request) is { Length: > 0 } subject)
        {
            Claim.Set(context.GetHttpContext(), subject, null);
        }

        TResponse answer;
        try
        {
            answer = await call();
        }
        catch (Exception fault)
        {
            await WriteFaultAsync(context, fault);
            throw;
        }
        await trail.WriteDurablyAsync(Entry(context, null, AuditOutcome.Success, "", null));
        return answer;

        async Task<TResponse> CallAsync() => await call();
    }

    private ValueTask WriteFaultAsync(ServerCallContext context, Exception fault)
    {
        if (fault is not MeshException refusal)
        {
            return trail.WriteAsync(Entry(context, null, AuditOutcome.Failed, fault is OperationCanceledException or RpcException ? "CANCELLED" : "INTERNAL", null));
        }

        var isServers = StatusMapper.CodeOf(refusal.Reason) is Google.Rpc.Code.Unavailable or Google.Rpc.Code.DataLoss;
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

    // What a stranger claims may be anything; only what could be a user's id is kept.
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
