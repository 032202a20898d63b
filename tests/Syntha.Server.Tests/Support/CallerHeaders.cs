using Grpc.Core.Interceptors;

namespace Syntha.Server.Tests.Support;

/// <summary>Gives every call its user, and the token of the test that makes it: a call never outlives its test.</summary>
internal sealed class CallerHeaders(string userId) : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var options = context.Options.WithHeaders([.. context.Options.Headers ?? [], new("user-id", userId)]);
        if (!options.CancellationToken.CanBeCanceled)
            options = options.WithCancellationToken(TestContext.Current.CancellationToken);
        return continuation(request, new(context.Method, context.Host, options));
    }
}
