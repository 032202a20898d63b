using Grpc.Core;

namespace Syntha.Server.Services;

/// <summary>Tells about the server itself. Nothing in the answer changes while the server runs.</summary>
internal sealed class DiscoveryService(V1.GetServerInfoResponse info) : V1.Discovery.DiscoveryBase
{
    public override Task<V1.GetServerInfoResponse> GetServerInfo(V1.GetServerInfoRequest request, ServerCallContext context) =>
        Task.FromResult(info);
}
