using Google.Rpc;
using Grpc.Core;
using Syntha.Server.Wire;

namespace Syntha.Cli.Probing;

/// <summary>What attacks demand of the server.</summary>
internal static class Demand
{
    /// <summary>What must hold, or the attack says nothing.</summary>
    public static void Control(bool holds, string whatFailed)
    {
        if (!holds)
        {
            throw new ControlException(whatFailed);
        }
    }

    /// <summary>What must not hold.</summary>
    public static void NotSo(bool leaks, string what)
    {
        if (leaks)
        {
            throw new LeakException(what);
        }
    }

    /// <summary>A call that must be refused, and for one of these reasons: by any other it was not judged.</summary>
    public static async Task RefusedAsync<T>(string what, AsyncUnaryCall<T> call, params ErrorReason[] reasons) =>
        await RefusedAsync(what, call.ResponseAsync, reasons);

    /// <summary>A stream that must not begin.</summary>
    public static async Task RefusedAsync<T>(string what, AsyncServerStreamingCall<T> call, params ErrorReason[] reasons)
    {
        using (call)
        {
            await RefusedAsync(what, call.ResponseStream.MoveNext(CancellationToken.None), reasons);
        }
    }

    /// <summary>Why a call failed; null where it is not the server that says so.</summary>
    public static string? ReasonOf(RpcException failure) =>
        failure.GetRpcStatus()?.GetDetail<ErrorInfo>() is { Domain: StatusMapper.Domain } info ? info.Reason : null;

    /// <summary>Likewise, by its answer.</summary>
    public static async Task RefusedAsync(string what, Task answer, params ErrorReason[] reasons)
    {
        try
        {
            await answer;
        }
        catch (RpcException refused) when (ReasonOf(refused) is { } reason && reasons.Any(expected => StatusMapper.NameOf(expected) == reason))
        {
            return;
        }
        catch (RpcException refused)
        {
            throw new ControlException($"{what} was refused with {ReasonOf(refused) ?? refused.StatusCode.ToString()}, which is not the reason that it has to be refused for");
        }
        throw new LeakException($"{what} was served");
    }
}
