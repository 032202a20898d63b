using Grpc.Core;
using Syntha.Server.Mapping;

namespace Syntha.Server.Services;

/// <content>Claims.</content>
internal sealed partial class ToolHandlerService
{
    public override Task<V1.ClaimResponse> Claim(V1.ClaimRequest request, ServerCallContext context) =>
        claims.ClaimAsync(request, FromWire.RequiredActor(request), nameof(V1.ToolHandler) + nameof(Claim), context);

    public override Task<V1.RenewClaimResponse> RenewClaim(V1.RenewClaimRequest request, ServerCallContext context) =>
        claims.RenewAsync(request, FromWire.RequiredActor(request), nameof(V1.ToolHandler) + nameof(RenewClaim), context);

    public override Task<V1.ReleaseClaimResponse> ReleaseClaim(V1.ReleaseClaimRequest request, ServerCallContext context) =>
        claims.ReleaseAsync(request, FromWire.RequiredActor(request), nameof(V1.ToolHandler) + nameof(ReleaseClaim), context);

    public override Task<V1.HandOverClaimResponse> HandOverClaim(V1.HandOverClaimRequest request, ServerCallContext context) =>
        claims.HandOverAsync(request, FromWire.RequiredActor(request), nameof(V1.ToolHandler) + nameof(HandOverClaim), context);

    public override Task<V1.LeaveClaimResponse> LeaveClaim(V1.LeaveClaimRequest request, ServerCallContext context) =>
        claims.LeaveAsync(request, FromWire.RequiredActor(request), nameof(V1.ToolHandler) + nameof(LeaveClaim), context);

    public override Task AwaitClaim(
        V1.AwaitClaimRequest request, IServerStreamWriter<V1.AwaitClaimResponse> responseStream, ServerCallContext context) =>
        claims.AwaitAsync(request, FromWire.RequiredActor(request), responseStream, context);

    public override Task<V1.ListClaimsResponse> ListClaims(V1.ListClaimsRequest request, ServerCallContext context) =>
        claims.ListAsync(request, FromWire.RequiredActor(request), context);
}
