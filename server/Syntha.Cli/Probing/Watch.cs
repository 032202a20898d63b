using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Syntha.Server.Admission;

namespace Syntha.Cli.Probing;

/// <summary>
/// Makes calls in somebody's name, and searches all that comes back, errors and streams included, for what the caller must not be told.
/// </summary>
internal sealed partial class Watch(Watch.Caller who, Canaries canaries, IReadOnlySet<string> allowed, CancellationToken cancellationToken) : Interceptor
{
    // Long enough for any server that works, and no call outlives the command.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, Dressed(context));
        return new(SearchedAsync(call.ResponseAsync, context.Method.Name), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, Dressed(context));
        var stream = new SearchedStream<TResponse>(call.ResponseStream, this, context.Method.Name);
        return new(stream, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(Dressed(context));
        var answer = SearchedAsync(call.ResponseAsync, context.Method.Name);
        return new(call.RequestStream, answer, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private ClientInterceptorContext<TRequest, TResponse> Dressed<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        var headers = new Metadata();
        foreach (var header in context.Options.Headers ?? [])
        {
            headers.Add(header);
        }

        foreach (var userId in who.UserIds)
        {
            headers.Add(CallAdmission.UserIdHeader, userId);
        }

        if (who.Secret is { } secret)
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

    private void Search(byte[] sent, string answer) => canaries.Search(sent, allowed, answer, who.Name);

    private void SearchFailure(RpcException failure, string method)
    {
        var text = failure.Status.Detail;
        Search(Encoding.UTF8.GetBytes(text), $"The error of {method}");
        Search(failure.Trailers.GetValueBytes("grpc-status-details-bin") ?? [], $"The details of an error of {method}");
        // What the caller's own side says of a broken connection is no answer.
        if (Demand.ReasonOf(failure) is not null && Inside().Match(text) is { Success: true, Value: var told })
        {
            throw new LeakException($"The error of {method} tells of the inside: {told}");
        }
    }

    [GeneratedRegex(@"(^|[\s'""(])/(data|dev|home|opt|root|srv|tmp|usr|var)/|\.(cs|db)\b|SQLite|Npgsql|\w+Exception\b|\bat Syntha\.", RegexOptions.IgnoreCase)]
    private static partial Regex Inside();

    /// <summary>As whom to call.</summary>
    /// <param name="Name">As a leak is told.</param>
    /// <param name="UserIds">What to send as <c>user-id</c>: one, or none, or several by mischief.</param>
    /// <param name="Secret">An API key; null: none.</param>
    public sealed record Caller(string Name, string[] UserIds, string? Secret);

    private sealed class SearchedStream<T>(IAsyncStreamReader<T> source, Watch watch, string method) : IAsyncStreamReader<T>
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
                watch.SearchFailure(failure, method);
                throw;
            }
            watch.Search(((IMessage)source.Current!).ToByteArray(), method);
            return true;
        }
    }
}
