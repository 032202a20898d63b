using Grpc.Core;
using Syntha.Server.Admission;
using Syntha.Server.Wire;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>
/// Writes an entry for each call that is denied, and for each call of an operator. Users' commits come to the trail from their logs, and
/// reads by <see cref="CallCounts"/>.
/// </summary>
internal sealed class AuditInterceptor(AuditTrail trail, RefusalRecorder recorder) : CallInterceptor
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
        catch (MeshException refusal) when (RefusalRecorder.IsDenial(refusal.Reason))
        {
            return AwaitAsync(Task.FromException<TAnswer>(refusal), request, context);
        }
    }

    private static bool IsOperators(ServerCallContext context) => Realm.Of(context.GetHttpContext()) == Realm.Operator;

    private async Task<TAnswer> AwaitAsync<TRequest, TAnswer>(Task<TAnswer> call, TRequest? request, ServerCallContext context)
        where TRequest : class
    {
        try
        {
            return await call;
        }
        catch (MeshException refusal) when (RefusalRecorder.IsDenial(refusal.Reason))
        {
            var http = context.GetHttpContext();
            recorder.RecordDenied(http, refusal.Reason, RequestNames.ActorIn(Realm.Of(http), request), tool: null);
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
            await recorder.RecordFaultAsync(context.GetHttpContext(), fault);
            throw;
        }
        try
        {
            await trail.WriteDurablyAsync(recorder.Entry(context.GetHttpContext(), null, AuditOutcome.Success, "", null));
            context.CancellationToken.ThrowIfCancellationRequested();
        }
        catch
        {
            await Undo.RunOf(context.GetHttpContext());
            throw;
        }
        return answer;
    }
}
