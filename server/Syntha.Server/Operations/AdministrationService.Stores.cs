using Google.Protobuf;
using Grpc.Core;
using Syntha.Server.Admission;
using Syntha.Storage.Records;
using Syntha.V1;

namespace Syntha.Server.Operations;

/// <content>Calls on whole stores: erase, export, import, new keys, and the new epochs after a restore.</content>
internal sealed partial class AdministrationService
{
    public override async Task<DeleteUserResponse> DeleteUser(DeleteUserRequest request, ServerCallContext context)
    {
        var user = rule.Parse(request.UserId);
        LogDone(Operator(context), nameof(DeleteUser), user.Value);
        // The credentials are revoked first, so that none of them brings the user back: who makes a store looks at the credential again.
        var revoked = await records.RevokeAllAsync(user, time.GetUtcNow(), context.CancellationToken);
        await mirror.RefreshAsync(context.CancellationToken);
        // The sessions end before the store as well. A session that exists afterwards belongs to a new user with the same id.
        sessions.End(user);
        var existed = await stores.DeleteAsync(request.UserId, context.CancellationToken);
        var usual = QuotaRecord.Usual(user);
        if (mirror.QuotaOf(user) != usual)
        {
            await records.ChangeQuotaAsync(user, _ => usual, context.CancellationToken);
            await mirror.RefreshAsync(context.CancellationToken);
        }
        return new() { Deleted = existed, RevokedKeys = revoked };
    }

    public override Task ExportUser(
        ExportUserRequest request, IServerStreamWriter<ExportUserResponse> responseStream, ServerCallContext context)
    {
        LogDone(Operator(context), nameof(ExportUser), rule.Parse(request.UserId).Value);
        return stores.ExportAsync(
            request.UserId,
            piece => responseStream.WriteAsync(new() { Chunk = UnsafeByteOperations.UnsafeWrap(piece) }, context.CancellationToken),
            context.CancellationToken);
    }

    public override async Task<ImportUserResponse> ImportUser(
        IAsyncStreamReader<ImportUserRequest> requestStream, ServerCallContext context)
    {
        var answer = await stores.ImportAsync(
            requestStream, Caller.Of(context).Right, user => Admission.Claim.Set(context.GetHttpContext(), user, null),
            context.CancellationToken);
        LogDone(Operator(context), nameof(ImportUser), answer.Position.Epoch);
        return answer;
    }

    public override Task RotateKeys(
        RotateKeysRequest request, IServerStreamWriter<RotateKeysResponse> responseStream, ServerCallContext context)
    {
        LogDone(Operator(context), nameof(RotateKeys), request.HasUserId ? rule.Parse(request.UserId).Value : "all users");
        return stores.RotateKeysAsync(
            request, message => responseStream.WriteAsync(message, context.CancellationToken), context.CancellationToken);
    }

    public override Task RenewEpochs(
        RenewEpochsRequest request, IServerStreamWriter<RenewEpochsResponse> responseStream, ServerCallContext context)
    {
        LogDone(Operator(context), nameof(RenewEpochs), "all users");
        return stores.RenewEpochsAsync(message => responseStream.WriteAsync(message, context.CancellationToken), context.CancellationToken);
    }
}
