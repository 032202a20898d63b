using Grpc.Core;
using Syntha.Server.Wire;

namespace Syntha.Server.Admission;

/// <summary>Admits each call before its method runs.</summary>
internal sealed class CallerInterceptor(CallAdmission admission) : CallInterceptor
{
    protected override Task<TAnswer> AroundAsync<TCall, TRequest, TAnswer>(TCall call, TRequest? request, ServerCallContext context)
        where TRequest : class
    {
        var admitted = admission.AdmitAsync(context.GetHttpContext(), request);
        return admitted.IsCompletedSuccessfully ? call.RunAsync() : AfterAsync<TCall, TAnswer>(admitted, call);
    }

    private static async Task<TAnswer> AfterAsync<TCall, TAnswer>(ValueTask admitted, TCall call)
        where TCall : struct, ICall<TAnswer>
    {
        await admitted;
        return await call.RunAsync();
    }
}
