using Grpc.Core;
using Syntha.Mesh.Writing;
using Syntha.Server.Mapping;
using Syntha.Server.Meshes;
using Syntha.Server.Streams;

namespace Syntha.Server.Services;

/// <summary>The methods about claims, which ContextMesh and ToolHandler share. Each service decides who acts.</summary>
internal sealed class ClaimMethods(MeshCalls calls, ClaimLines lines)
{
    public Task<V1.ClaimResponse> ClaimAsync(V1.ClaimRequest request, AgentName? actor, string method, ServerCallContext context)
    {
        var command = ClaimMapping.FromWire(request.Claim, "claim") with { Actor = actor, Request = FromWire.Identity(request, method) };
        return calls.WriteAsync(command, context, (result, _) => new V1.ClaimResponse
        {
            Position = ToWire.Position(result.Position),
            Replayed = result.IsReplay,
            Claim = ClaimMapping.Given(command, actor, result.Position, result.Answer),
        });
    }

    public Task AwaitAsync(
        V1.AwaitClaimRequest request, AgentName? actor, IServerStreamWriter<V1.AwaitClaimResponse> stream, ServerCallContext context)
    {
        var join = ClaimMapping.FromWire(request, actor);
        return lines.RunAsync(join, ClaimLines.HeartbeatOf(request.Heartbeat, join.Grace), stream.WriteAsync, context);
    }

    public Task<V1.RenewClaimResponse> RenewAsync(
        V1.RenewClaimRequest request, AgentName? actor, string method, ServerCallContext context) =>
        calls.WriteAsync(
            new RenewClaim(ClaimMapping.Token(request.Token, actor, mayBeOpen: false, "token"), ClaimMapping.Lease(request.Lease))
            {
                Actor = actor,
                Request = FromWire.Identity(request, method),
            },
            context,
            static (result, _) => new V1.RenewClaimResponse
            {
                Position = ToWire.Position(result.Position),
                Replayed = result.IsReplay,
                ExpireTime = ToWire.Time(result.Answer.ExpireTime),
            });

    public Task<V1.ReleaseClaimResponse> ReleaseAsync(
        V1.ReleaseClaimRequest request, AgentName? actor, string method, ServerCallContext context) =>
        calls.WriteAsync(
            new ReleaseClaim(ClaimMapping.Token(request.Token, actor, mayBeOpen: true, "token"))
            {
                Actor = actor,
                Request = FromWire.Identity(request, method),
            },
            context,
            static (result, _) => new V1.ReleaseClaimResponse { Position = ToWire.Position(result.Position), Replayed = result.IsReplay });

    public Task<V1.HandOverClaimResponse> HandOverAsync(
        V1.HandOverClaimRequest request, AgentName? actor, string method, ServerCallContext context) =>
        calls.WriteAsync(
            new HandOverClaim(
                ClaimMapping.Token(request.Token, actor, mayBeOpen: true, "token"), ClaimMapping.Receiver(request),
                ClaimMapping.Lease(request.Lease))
            {
                Actor = actor,
                Request = FromWire.Identity(request, method),
            },
            context,
            static (result, _) => new V1.HandOverClaimResponse { Position = ToWire.Position(result.Position), Replayed = result.IsReplay });

    public Task<V1.LeaveClaimResponse> LeaveAsync(
        V1.LeaveClaimRequest request, AgentName? actor, string method, ServerCallContext context) =>
        calls.WriteAsync(
            new LeaveLine(FromWire.Located("name", () => ContextKey.Parse(request.Name)), ClaimMapping.Ticket(request.Ticket))
            {
                Actor = actor,
                Request = FromWire.Identity(request, method),
            },
            context,
            static (result, _) => new V1.LeaveClaimResponse
            {
                Position = ToWire.Position(result.Position),
                Replayed = result.IsReplay,
                Left = result.Answer.Items > 0,
            });

    public Task<V1.ListClaimsResponse> ListAsync(V1.ListClaimsRequest request, AgentName? actor, ServerCallContext context) =>
        calls.ReadAsync(
            request, context, actor, (asked, view) => ClaimMapping.List(asked, actor, view),
            mayBeCostly: request.PageSize > Limits.FewItems);
}
