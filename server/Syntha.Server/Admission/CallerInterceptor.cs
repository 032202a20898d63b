using Grpc.Core;
using Syntha.Server.Wire;

namespace Syntha.Server.Admission;

/// <summary>
/// Holds each call to its caller's agent before its method runs. The gate has admitted the call by its headers, before its message was
/// read.
/// </summary>
internal sealed class CallerInterceptor : CallInterceptor
{
    protected override Task<TAnswer> AroundAsync<TCall, TRequest, TAnswer>(TCall call, TRequest? request, ServerCallContext context)
        where TRequest : class
    {
        CallAdmission.DemandAgent(context.GetHttpContext(), request);
        return call.RunAsync();
    }
}
