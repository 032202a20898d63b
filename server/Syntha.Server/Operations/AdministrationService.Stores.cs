using Google.Protobuf;
using Grpc.Core;
using Syntha.Server.Admission;
using Syntha.Storage.Records;
using Syntha.V1;

namespace Syntha.Server.Operations;

/// <content>Erase, export, import, and what follows a restore.</content>
internal sealed partial class AdministrationService
{
    public override async Task<DeleteUserResponse> DeleteUser(DeleteUserRequest request, ServerCallContext context)
    {
        var user = rule.Parse(request.UserId);
        LogDone(Operator(context), nameof(DeleteUser), user.Value);
        // The keys first: nobody comes back by one of them while the store goes.
        var revoked = await records.RevokeKeysAsync(user, time.GetUtcNow(), context.CancellationToken);
        await mirror.RefreshAsync(context.CancellationToken);
        // Before the store as well: whoever is there afterwards has come to the user's next life.
        sessions.End(user);
        var existed = await stores.DeleteAsync(request.UserId, context.CancellationToken);
        var usual = new QuotaRecord(user, new(), CallsPerSecond: null);
        if (mirror.QuotaOf(user) != usual)
        {
            await records.SetQuotaAsync(usual, context.CancellationToken);
            await mirror.RefreshAsync(context.CancellationToken);
        }
        return new() { Deleted = existed, RevokedKeys = revoked };
    }

    public override Task ExportUser(ExportUserRequest request, IServerStreamWriter<ExportUserResponse> responseStream, ServerCallContext context)
    {
        LogDone(Operator(context), nameof(ExportUser), rule.Parse(request.UserId).Value);
        return stores.ExportAsync(
            request.UserId,
            piece => responseStream.WriteAsync(new() { Chunk = UnsafeByteOperations.UnsafeWrap(piece) }, context.CancellationToken),
            context.CancellationToken);
    }

    public override async Task<ImportUserResponse> ImportUser(IAsyncStreamReader<ImportUserRequest> requestStream, ServerCallContext context)
    {
        var answer = await stores.ImportAsync(
            requestStream, user => Claim.Set(context.GetHttpContext(), user, null), context.CancellationToken);
        LogDone(Operator(context), nameof(ImportUser), answer.Position.Epoch);
        return answer;
    }

    public override Task RotateKeys(RotateKeysRequest request, IServerStreamWriter<RotateKeysResponse> responseStream, ServerCallContext context)
    {
        LogDone(Operator(context), nameof(RotateKeys), request.HasUserId ? rule.Parse(request.UserId).Value : "all users");
        return stores.RotateKeysAsync(
            request, message => responseStream.WriteAsync(message, context.CancellationToken), context.CancellationToken);
    }

    public override Task RenewEpochs(RenewEpochsRequest request, IServerStreamWriter<RenewEpochsResponse> responseStream, ServerCallContext context)
    {
        LogDone(Operator(context), nameof(RenewEpochs), "all users");
        return stores.RenewEpochsAsync(message => responseStream.WriteAsync(message, context.CancellationToken), context.CancellationToken);
    }
}
