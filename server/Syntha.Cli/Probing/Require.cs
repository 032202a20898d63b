using Google.Rpc;
using Grpc.Core;
using Syntha.Server.Wire;

namespace Syntha.Cli.Probing;

/// <summary>The checks of an attack.</summary>
internal static class Require
{
    /// <summary>Requires a rightful call to have succeeded. Otherwise the attack proves nothing.</summary>
    public static void Control(bool holds, string fault)
    {
        if (!holds)
        {
            throw new ControlException(fault);
        }
    }

    /// <summary>Requires the attack to have failed.</summary>
    public static void NoLeak(bool leaks, string leak)
    {
        if (leaks)
        {
            throw new LeakException(leak);
        }
    }

    /// <summary>Requires a call to be refused for one of these reasons. A refusal for another reason did not judge the attack.</summary>
    public static async Task RefusedAsync<T>(string what, AsyncUnaryCall<T> call, params ErrorReason[] reasons) =>
        await RefusedAsync(what, call.ResponseAsync, reasons);

    /// <summary>Requires a stream to be refused before its first message.</summary>
    public static async Task RefusedAsync<T>(string what, AsyncServerStreamingCall<T> call, params ErrorReason[] reasons)
    {
        using (call)
        {
            await RefusedAsync(what, call.ResponseStream.MoveNext(CancellationToken.None), reasons);
        }
    }

    /// <summary>The same for the answer of a call.</summary>
    public static async Task RefusedAsync(string what, Task answer, params ErrorReason[] reasons)
    {
        try
        {
            await answer;
        }
        catch (RpcException refused) when (ReasonOf(refused) is { } reason
            && reasons.Any(expected => StatusMapper.NameOf(expected) == reason))
        {
            return;
        }
        catch (RpcException refused)
        {
            var reason = ReasonOf(refused) ?? refused.StatusCode.ToString();
            throw new ControlException($"{what} was refused with {reason}, which is another reason");
        }
        throw new LeakException($"{what} was served");
    }

    /// <summary>The server's reason for refusing a call. Null: the failure does not come from the server.</summary>
    public static string? ReasonOf(RpcException failure) =>
        failure.GetRpcStatus()?.GetDetail<ErrorInfo>() is { Domain: StatusMapper.Domain } refusal ? refusal.Reason : null;
}
