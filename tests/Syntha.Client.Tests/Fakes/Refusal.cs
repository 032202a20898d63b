using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

using Grpc.Core;

using Status = Google.Rpc.Status;

namespace Syntha.Client.Tests.Fakes;

/// <summary>Failures as a Syntha server sends them.</summary>
internal static class Refusal
{
    internal static RpcException Of(
        StatusCode code,
        string reason,
        Dictionary<string, string>? metadata = null,
        string domain = "syntha",
        params IMessage[] details)
    {
        var info = new ErrorInfo { Domain = domain, Reason = reason };
        info.Metadata.Add(metadata ?? []);
        var status = new Status { Code = (int)code, Message = "what is wrong", Details = { Any.Pack(info) } };
        status.Details.AddRange(details.Select(Any.Pack));
        return status.ToRpcException();
    }

    internal static RpcException Unavailable() => Of(StatusCode.Unavailable, "STORE_BUSY");
}
