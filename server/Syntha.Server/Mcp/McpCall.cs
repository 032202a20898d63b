using Google.Protobuf;
using ModelContextProtocol;
using Syntha.Server.Doors;

namespace Syntha.Server.Mcp;

/// <summary>
/// One request of MCP: who makes it, and the calls of the contract that answer it. The agent comes from the headers or the credential, and
/// never from an argument. For one request at a time.
/// </summary>
internal sealed class McpCall
{
    private const string Revision = "MCP-Protocol-Version";

    // The first revision without a handshake and sessions. Revisions are dates, and compare as texts.
    private const string FirstStateless = "2026-07-28";

    private static readonly ReadOnlyMemory<byte> Beat = ":\n\n"u8.ToArray();

    private readonly DoorCalls doors;
    private readonly DoorCall admitted;
    private readonly HttpContext http;
    private DoorCall? first;

    /// <param name="doors">Makes the calls.</param>
    /// <param name="admitted">The call that has admitted the request. The first call of the contract goes on with it.</param>
    /// <param name="http">The request.</param>
    /// <param name="agent">The agent's name.</param>
    public McpCall(DoorCalls doors, DoorCall admitted, HttpContext http, string agent) =>
        (this.doors, this.admitted, first, this.http, Agent) = (doors, admitted, admitted, http, agent);

    public string Agent { get; }

    public CancellationToken Cancelled => http.RequestAborted;

    /// <summary>Whether the client speaks a revision without sessions, which can listen.</summary>
    public bool IsStateless => string.CompareOrdinal(http.Request.Headers[Revision].ToString(), FirstStateless) >= 0;

    /// <summary>Makes a call of ToolHandler.</summary>
    /// <exception cref="McpProtocolException">The call failed.</exception>
    public async Task<TAnswer> AskAsync<TRequest, TAnswer>(string method, TRequest request)
        where TRequest : class, IMessage
        where TAnswer : class, IMessage
    {
        var (answer, failure) = await CallAsync<TRequest, TAnswer>(method, request);
        return answer ?? throw McpErrors.Of(failure);
    }

    /// <summary>The same, where a tool that the agent may not use makes no answer.</summary>
    /// <exception cref="McpProtocolException">The call failed.</exception>
    public async Task<TAnswer?> TryAskAsync<TRequest, TAnswer>(string method, TRequest request)
        where TRequest : class, IMessage
        where TAnswer : class, IMessage
    {
        var (answer, failure) = await CallAsync<TRequest, TAnswer>(method, request);
        return answer is not null || failure?.Reason == ErrorReason.ToolNotAllowed ? answer : throw McpErrors.Of(failure);
    }

    /// <summary>Reads the agent's feed until it ends, the client goes or the token is cancelled.</summary>
    /// <exception cref="McpProtocolException">The stream failed.</exception>
    public async Task FollowAsync(
        V1.SubscribeToTopicsRequest request, Func<V1.SubscribeResponse, Task> write, CancellationToken cancellationToken)
    {
        using var call = await BeginAsync(nameof(V1.ToolHandler.ToolHandlerBase.SubscribeToTopics));
        // The body is parsed, and the stream may last.
        admitted.Dispose();
        var failure = await call.StreamAsync(request, write, cancellationToken);
        if (failure is not null && !cancellationToken.IsCancellationRequested)
        {
            throw McpErrors.Of(failure);
        }
    }

    /// <summary>
    /// Writes a comment into the answer that is open, so that a client which has vanished is noticed. It runs between two messages of a
    /// feed, when nothing else writes.
    /// </summary>
    public async Task BeatAsync()
    {
        await http.Response.Body.WriteAsync(Beat, CancellationToken.None);
        await http.Response.Body.FlushAsync(CancellationToken.None);
    }

    private async Task<CallResult<TAnswer>> CallAsync<TRequest, TAnswer>(string method, TRequest request)
        where TRequest : class, IMessage
        where TAnswer : class, IMessage
    {
        using var call = await BeginAsync(method);
        return await call.AnswerAsync<TRequest, TAnswer>(request);
    }

    private async Task<DoorCall> BeginAsync(string name)
    {
        var method = V1.ToolHandler.Descriptor.FindMethodByName(name);
        if (Interlocked.Exchange(ref first, null) is { } begun)
        {
            return doors.GoOn(begun, http, method);
        }

        var (call, failure) = await doors.BeginAsync(http, method);
        return call ?? throw McpErrors.Of(failure);
    }
}
