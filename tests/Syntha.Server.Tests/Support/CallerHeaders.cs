using Grpc.Core.Interceptors;

namespace Syntha.Server.Tests.Support;

/// <summary>
/// Gives every call its user, a deadline, and the token of the test that makes it: a call never outlives its test, and a server that does
/// not answer fails a test instead of holding it up.
/// </summary>
internal sealed class CallerHeaders(string userId) : Interceptor
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var options = context.Options.WithHeaders([.. context.Options.Headers ?? [], new("user-id", userId)]);
        if (!options.CancellationToken.CanBeCanceled)
            options = options.WithCancellationToken(TestContext.Current.CancellationToken);
        if (options.Deadline is null)
            options = options.WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
        return continuation(request, new(context.Method, context.Host, options));
    }
}
