using Google.Protobuf;

using Grpc.Core;

namespace Syntha.Client.Tests.Fakes;

/// <summary>One call as the scripted server received it. A retry is a call of its own.</summary>
internal sealed record ReceivedCall(string Method, IMessage Request, ServerCallContext Context)
{
    // Read while the call lives: its headers end with it.
    internal string? UserId { get; } = Context.RequestHeaders.GetValue("user-id");

    internal string Peer { get; } = Context.Peer;

    internal string? RequestId => Request.Descriptor.FindFieldByName("request_id") is { } id && id.Accessor.HasValue(Request)
        ? (string)id.Accessor.GetValue(Request)
        : null;
}
