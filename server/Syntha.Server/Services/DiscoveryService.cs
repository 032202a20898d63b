using Grpc.Core;

namespace Syntha.Server.Services;

/// <summary>Describes the server itself. The answer stays the same while the server runs.</summary>
internal sealed class DiscoveryService(V1.GetServerInfoResponse info) : V1.Discovery.DiscoveryBase
{
    public override Task<V1.GetServerInfoResponse> GetServerInfo(V1.GetServerInfoRequest request, ServerCallContext context) =>
        Task.FromResult(info);
}
