using System.Threading.RateLimiting;
using Google.Protobuf;
using Grpc.Core;
using Syntha.Server.Admission;
using Syntha.Server.Gate;

namespace Syntha.Server.Doors;

/// <summary>A call of a door, which was admitted. It is made once. For one caller at a time.</summary>
internal sealed class DoorCall(
    HttpContext http, ContractMethod method, CallGate gate, RequestBody body, OpenConnection connection, CancellationToken late)
    : IDisposable
{
    private RateLimitLease? bytes;

    public Realm Realm => method.Realm;

    /// <summary>Who calls.</summary>
    public Caller Caller { get; } = Caller.Of(http);

    /// <summary>
    /// Reads the body of the request within its time, its size and the budget. The bytes count until the call is disposed.
    /// </summary>
    /// <returns>The bytes, or why they are not taken. Both are null: the client has gone, and no answer can be given.</returns>
    public async ValueTask<CallResult<byte[]>> ReadBodyAsync()
    {
        var (arrival, content) = await body.ReadAsync(http, CallGate.NameOf(http), gate.MaxMessageBytes);
        bytes = arrival.Bytes;
        if (arrival.IsHere)
        {
            return new(content, null);
        }

        CallGate.Turn(connection, arrival);
        return new(null, arrival.Refusal is { } refusal ? CallFailure.Of(refusal) : null);
    }

    /// <summary>Makes a call that has one answer.</summary>
    public async Task<CallResult<TResponse>> AnswerAsync<TRequest, TResponse>(TRequest request)
        where TRequest : class
        where TResponse : class
    {
        try
        {
            return new(await ((AnsweringMethod<TRequest, TResponse>)method).CallAsync(request, new DoorCallContext(http)), null);
        }
        catch (RpcException fault)
        {
            return new(null, CallFailure.Of(fault));
        }
    }

    /// <summary>Makes a call that has one answer, where the types are not known to the caller.</summary>
    public async Task<CallResult<IMessage>> AnswerAsync(IMessage request)
    {
        try
        {
            return new(await method.AnswerAsync(request, new DoorCallContext(http)), null);
        }
        catch (RpcException fault)
        {
            return new(null, CallFailure.Of(fault));
        }
    }

    /// <summary>Makes a call that answers with a stream.</summary>
    /// <param name="request">The message.</param>
    /// <param name="write">
    /// Sends one message. It ends when the reader has taken the message: a stream waits for it, and ends with SLOW_CONSUMER when that takes
    /// too long. No write begins before the one before has ended.
    /// </param>
    /// <param name="cancellationToken">Ends the stream for the door, while its client is still there.</param>
    /// <returns>Null: the stream came to its end.</returns>
    public async Task<CallFailure?> StreamAsync<TRequest, TResponse>(
        TRequest request, Func<TResponse, Task> write, CancellationToken cancellationToken = default)
        where TRequest : class
        where TResponse : class
    {
        // The message is read, and the stream may last.
        Dispose();
        using var ending = method.IsShort ? default : late.UnsafeRegister(static call => ((HttpContext)call!).Abort(), http);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, cancellationToken);
        try
        {
            await ((StreamingMethod<TRequest, TResponse>)method).CallAsync(
                request, new Writer<TResponse>(write), new DoorCallContext(http, ended.Token));
            return null;
        }
        catch (RpcException fault)
        {
            return CallFailure.Of(fault);
        }
    }

    public void Dispose()
    {
        bytes?.Dispose();
        bytes = null;
    }

    private sealed class Writer<TResponse>(Func<TResponse, Task> write) : IServerStreamWriter<TResponse>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(TResponse message) => write(message);

        public Task WriteAsync(TResponse message, CancellationToken cancellationToken) => write(message).WaitAsync(cancellationToken);
    }
}
