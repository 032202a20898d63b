using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Syntha.Server.Doors;

namespace Syntha.Server.Circuits;

/// <summary>
/// Makes calls of the contract for the generated clients of an open page, within the process. Each call passes the same admission,
/// interceptors and services as one that comes by gRPC. Thread-safe.
/// </summary>
/// <param name="connection">The page's connection.</param>
/// <param name="user">The <c>user-id</c> of each call. Null: it has none.</param>
internal sealed class DoorCallInvoker(CircuitConnection connection, string? user) : CallInvoker
{
    private static readonly ConcurrentDictionary<string, MethodDescriptor> Methods = new(StringComparer.Ordinal);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => new(
            AnswerAsync<TRequest, TResponse>(Find(method), request, options.CancellationToken),
            Task.FromResult<Metadata>([]), static () => Status.DefaultSuccess, static () => [], static () => { });

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException("A page does not block.");

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        // One message waits at most: the stream notices a reader that does not take it.
        var messages = Channel.CreateBounded<TResponse>(1);
        var ended = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        _ = StreamAsync(Find(method), request, messages.Writer, ended.Token);
        return new(
            new Reader<TResponse>(messages.Reader), Task.FromResult<Metadata>([]), static () => Status.DefaultSuccess, static () => [],
            () =>
            {
                ended.Cancel();
                ended.Dispose();
            });
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw new NotSupportedException("A page sends no streams.");

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw new NotSupportedException("A page sends no streams.");

    private static MethodDescriptor Find<TRequest, TResponse>(Method<TRequest, TResponse> method) =>
        Methods.GetOrAdd(method.FullName, static (_, one) => Services
            .Single(service => service.FullName == one.ServiceName).FindMethodByName(one.Name), method);

    private static IEnumerable<Google.Protobuf.Reflection.ServiceDescriptor> Services =>
        [V1.ContextMesh.Descriptor, V1.ToolHandler.Descriptor, V1.Administration.Descriptor, V1.Discovery.Descriptor];

    private async Task<TResponse> AnswerAsync<TRequest, TResponse>(
        MethodDescriptor method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        await using var made = connection.MakeCall(user, cancellationToken);
        var (call, refusal) = await connection.Doors.BeginAsync(made.Http, method);
        if (call is null)
        {
            throw Fault(refusal);
        }

        using (call)
        {
            var (answer, failure) = await call.AnswerAsync<TRequest, TResponse>(request);
            return answer ?? throw Fault(failure);
        }
    }

    private async Task StreamAsync<TRequest, TResponse>(
        MethodDescriptor method, TRequest request, ChannelWriter<TResponse> messages, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        try
        {
            await using var made = connection.MakeCall(user, cancellationToken);
            var (call, refusal) = await connection.Doors.BeginAsync(made.Http, method);
            if (call is null)
            {
                messages.TryComplete(Fault(refusal));
                return;
            }

            using (call)
            {
                var failure = await call.StreamAsync<TRequest, TResponse>(
                    request, message => messages.WriteAsync(message, cancellationToken).AsTask(), cancellationToken);
                messages.TryComplete(failure is null ? null : Fault(failure));
            }
        }
        catch (OperationCanceledException)
        {
            messages.TryComplete(new RpcException(new(StatusCode.Cancelled, "The page was closed.")));
        }
        catch (Exception unexpected)
        {
            messages.TryComplete(unexpected);
            throw;
        }
    }

    private static RpcException Fault(CallFailure? failure) =>
        failure?.Source ?? new RpcException(new(StatusCode.Cancelled, "The page was closed."));

    private sealed class Reader<T>(ChannelReader<T> messages) : IAsyncStreamReader<T>
        where T : class
    {
        private T? current;

        public T Current => current ?? throw new InvalidOperationException("There is no message yet.");

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                while (await messages.WaitToReadAsync(cancellationToken))
                {
                    if (messages.TryRead(out current))
                    {
                        return true;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                throw new RpcException(new(StatusCode.Cancelled, "The page was closed."));
            }

            return false;
        }
    }
}
