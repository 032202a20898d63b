using System.Runtime.CompilerServices;
using Grpc.Core;
using Syntha.Mesh.Log;
using Syntha.Server.Admission;
using Syntha.Server.Wire;

namespace Syntha.Server.Audit;

/// <summary>
/// Counts, for the audit trail, the calls that leave nothing in a log: reads, and writes that changed nothing. This is the hot path: nearly
/// always it finds the caller's sum for this call in a short list and adds to it. Thread-safe.
/// </summary>
internal sealed class CallCounts(AuditTrail trail, TimeProvider time)
{
    // When a caller uses more methods and agents than this over one connection, its further calls are written one by one.
    private const int MaxSums = 32;

    // A caller's sums go with the caller. Admission does not know of them.
    private readonly ConditionalWeakTable<Caller, CallerSums> callers = [];

    /// <summary>Whether calls are counted at all.</summary>
    public bool IsOn => trail.IsOn;

    /// <summary>The name of a method in the trail.</summary>
    public static string MethodOf(HttpContext http, string? tool)
    {
        var path = http.Request.Path.Value!;
        var method = path[(path.LastIndexOf('.') + 1)..];
        return tool is null ? method : $"{method} {tool}";
    }

    /// <exception cref="MeshException">STORE_BUSY: only when the call was not summed.</exception>
    public ValueTask CountAsync(ServerCallContext context, AgentName? agent, string? tool, long bytes)
    {
        if (!trail.IsOn)
        {
            return ValueTask.CompletedTask;
        }

        var sum = SumOf(context, agent, tool, out var isKept);
        if (!isKept)
        {
            return trail.WriteAsync(sum.Entry(time.GetUtcNow(), 1, bytes));
        }

        sum.Count(1, bytes);
        return ValueTask.CompletedTask;
    }

    /// <summary>The origin of the commands that the call sends.</summary>
    public CommandOrigin OriginOf(ServerCallContext context, AgentName? agent, string? tool) => SumOf(context, agent, tool, out _).Origin;

    /// <summary>Counts a stream, and returns an action that counts the bytes which the stream delivers.</summary>
    /// <exception cref="MeshException">STORE_BUSY: only when the call was not summed.</exception>
    public async ValueTask<Action<long>> CountStreamAsync(ServerCallContext context, AgentName? agent)
    {
        await CountAsync(context, agent, null, 0);
        var sum = SumOf(context, agent, null, out var isKept);
        return trail.IsOn && isKept ? bytes => sum.Count(0, bytes) : static _ => { };
    }

    /// <summary>The size of an answer in bytes; 0 when calls are not counted.</summary>
    public long SizeOf<TResponse>(TResponse answer) => trail.IsOn ? AnswerBytes.SizeOf(answer) : 0;

    private CallSum SumOf(ServerCallContext context, AgentName? agent, string? tool, out bool isKept)
    {
        var http = context.GetHttpContext();
        var caller = Caller.Of(http);
        var endpoint = http.GetEndpoint()!;
        var sums = callers.GetValue(caller, static _ => new());
        isKept = true;
        while (true)
        {
            var first = sums.First;
            for (var sum = first; sum is not null; sum = sum.Next)
            {
                if (sum.Is(endpoint, tool, agent?.Value))
                {
                    return sum;
                }
            }
            isKept = first is null || first.Length < MaxSums;
            var made = new CallSum(trail, endpoint, tool, MethodOf(http, tool), caller.User.Value, caller.AuditId, agent?.Value, first);
            if (!isKept || sums.TryAdd(made))
            {
                return made;
            }
        }
    }
}
