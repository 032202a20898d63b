using Grpc.Core.Interceptors;

namespace Syntha.Server.Tests.Support;

/// <summary>
/// Gives every call its user, a credential, a deadline, and the token of the test that makes it. So a call never outlives its test, and a
/// server that does not answer fails a test instead of blocking it.
/// </summary>
internal sealed class CallerHeaders(string? userId, string? secret = null) : Interceptor
{
    // The deadline also covers a whole stream, from its first message to its last. It is shorter than the time after which a whole test
    // counts as hanging.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, WithHeaders(context));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, WithHeaders(context));

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(WithHeaders(context));

    private ClientInterceptorContext<TRequest, TResponse> WithHeaders<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        var headers = new Metadata();
        foreach (var header in context.Options.Headers ?? [])
        {
            headers.Add(header);
        }

        if (userId is not null)
        {
            headers.Add("user-id", userId);
        }

        if (secret is not null)
        {
            headers.Add("authorization", $"Bearer {secret}");
        }

        var options = context.Options.WithHeaders(headers);
        if (!options.CancellationToken.CanBeCanceled)
        {
            options = options.WithCancellationToken(TestContext.Current.CancellationToken);
        }

        if (options.Deadline is null)
        {
            options = options.WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
        }

        return new(context.Method, context.Host, options);
    }
}
