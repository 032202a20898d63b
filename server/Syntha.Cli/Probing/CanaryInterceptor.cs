using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Syntha.Server.Admission;

namespace Syntha.Cli.Probing;

/// <summary>
/// Makes calls with the headers of one caller, and searches all that comes back for canaries that the caller must not see. That includes
/// errors and the messages of streams.
/// </summary>
internal sealed partial class CanaryInterceptor(
    ProbeCaller caller, Canaries canaries, IReadOnlySet<string> allowed, CancellationToken cancellationToken) : Interceptor
{
    // A server that works answers earlier. No call lasts longer than the command may.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, WithHeaders(context));
        var answer = SearchedAsync(call.ResponseAsync, context.Method.Name);
        return new(answer, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, WithHeaders(context));
        var stream = new SearchedStream<TResponse>(call.ResponseStream, this, context.Method.Name);
        return new(stream, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(WithHeaders(context));
        var answer = SearchedAsync(call.ResponseAsync, context.Method.Name);
        return new(call.RequestStream, answer, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

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

        foreach (var userId in caller.UserIds)
        {
            headers.Add(CallAdmission.UserIdHeader, userId);
        }

        if (caller.Secret is { } secret)
        {
            headers.Add("authorization", $"Bearer {secret}");
        }

        var options = context.Options.WithHeaders(headers).WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
        return new(context.Method, context.Host, options.WithCancellationToken(cancellationToken));
    }

    private async Task<TResponse> SearchedAsync<TResponse>(Task<TResponse> answering, string method)
    {
        try
        {
            var answer = await answering;
            Search(((IMessage)answer!).ToByteArray(), method);
            return answer;
        }
        catch (RpcException failure)
        {
            SearchFailure(failure, method);
            throw;
        }
    }

    private void Search(byte[] bytes, string answer) => canaries.Search(bytes, allowed, answer, caller.Name);

    private void SearchFailure(RpcException failure, string method)
    {
        var text = failure.Status.Detail;
        Search(Encoding.UTF8.GetBytes(text), $"The error of {method}");
        Search(failure.Trailers.GetValueBytes("grpc-status-details-bin") ?? [], $"The details of an error of {method}");
        // A failure without a reason comes from the caller's own side, such as a broken connection.
        if (Require.ReasonOf(failure) is not null && Inside().Match(text) is { Success: true, Value: var detail })
        {
            throw new LeakException($"The error of {method} shows the inside of the server: {detail}");
        }
    }

    // Paths of the machine, files, drivers, and lines of a stack.
    [GeneratedRegex(
        @"(^|[\s'""(])/(data|dev|home|opt|root|srv|tmp|usr|var)/|\.(cs|db)\b|SQLite|Npgsql|\w+Exception\b|\bat Syntha\.",
        RegexOptions.IgnoreCase)]
    private static partial Regex Inside();

    private sealed class SearchedStream<T>(IAsyncStreamReader<T> source, CanaryInterceptor interceptor, string method)
        : IAsyncStreamReader<T>
    {
        public T Current => source.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                if (!await source.MoveNext(cancellationToken))
                {
                    return false;
                }
            }
            catch (RpcException failure)
            {
                interceptor.SearchFailure(failure, method);
                throw;
            }
            interceptor.Search(((IMessage)source.Current!).ToByteArray(), method);
            return true;
        }
    }
}
