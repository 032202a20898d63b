using System.Collections.Concurrent;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Syntha.Cli.Bridging;

/// <summary>
/// Carries the messages of a host that started this program to a server, and the answers back. It knows nothing of what they say, except
/// how a request is cancelled: over HTTP a request is cancelled by leaving it.
/// </summary>
/// <param name="host">The program that started this one.</param>
/// <param name="server">The server.</param>
/// <param name="explain">What the host is told of a request that failed on its way.</param>
internal sealed class McpBridge(ITransport host, ITransport server, Func<Exception, string> explain)
{
    private const int ServerError = -32000;

    private readonly ConcurrentDictionary<RequestId, CancellationTokenSource> open = new();

    /// <summary>Carries messages until the host has closed its side and the requests under way are answered.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answering = AnswerAsync(ended.Token);
        var asking = new List<Task>();
        await foreach (var message in host.MessageReader.ReadAllAsync(cancellationToken))
        {
            if (message is JsonRpcNotification { Method: NotificationMethods.CancelledNotification } cancelled
                && RequestOf(cancelled) is { } id && open.TryGetValue(id, out var request))
            {
                await request.CancelAsync();
                continue;
            }

            asking.RemoveAll(task => task.IsCompleted);
            asking.Add(AskAsync(message, cancellationToken));
        }

        // A request that listens never ends by itself.
        foreach (var request in open.Values.Where(request => request is Listening))
        {
            await request.CancelAsync();
        }

        await Task.WhenAll(asking);
        await ended.CancelAsync();
        await answering;
    }

    private static RequestId? RequestOf(JsonRpcNotification cancelled) =>
        cancelled.Params?["requestId"] is not { } id ? null
        : id.GetValueKind() == System.Text.Json.JsonValueKind.Number ? new RequestId(id.GetValue<long>())
        : new RequestId(id.GetValue<string>());

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in server.MessageReader.ReadAllAsync(cancellationToken))
            {
                await host.SendMessageAsync(message, CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task AskAsync(JsonRpcMessage message, CancellationToken cancellationToken)
    {
        var request = message as JsonRpcRequest;
        using var ended = request?.Method == RequestMethods.SubscriptionsListen ? new Listening() : new CancellationTokenSource();
        await using var stopped = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), ended);
        if (request is not null)
        {
            open[request.Id] = ended;
        }

        try
        {
            await server.SendMessageAsync(message, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
        catch (Exception fault) when (fault is HttpRequestException or McpException or IOException)
        {
            if (request is not null)
            {
                await host.SendMessageAsync(Failure(request.Id, fault), CancellationToken.None);
            }
        }
        finally
        {
            if (request is not null)
            {
                open.TryRemove(request.Id, out _);
            }
        }
    }

    // The server's own words, where it has answered with some.
    private JsonRpcError Failure(RequestId id, Exception fault) => new()
    {
        Id = id,
        Error = new()
        {
            Code = fault is McpProtocolException refused ? (int)refused.ErrorCode : ServerError,
            Message = explain(fault),
        },
    };

    private sealed class Listening : CancellationTokenSource;
}
