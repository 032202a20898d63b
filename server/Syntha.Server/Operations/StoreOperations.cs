using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Syntha.Mesh.Quotas;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Stores;
using Syntha.Server.Admission;
using Syntha.Server.Encryption;
using Syntha.Server.Mapping;
using Syntha.Storage.Encryption;
using Syntha.V1;

namespace Syntha.Server.Operations;

/// <summary>Carries out an operator's calls on whole stores: erase, export, import, new epochs and new keys.</summary>
internal sealed class StoreOperations(
    MeshRegistry meshes, QuotaBook quotas, StoreEncryption encryption, MasterKeyRing master, TimeProvider time, IOptions<UserOptions> users)
{
    private readonly UserIdRule rule = users.Value.Rule;

    /// <returns>False when the user had no store.</returns>
    public async Task<bool> DeleteAsync(string userId, CancellationToken cancellationToken)
    {
        var user = rule.Parse(userId);
        var existed = await meshes.EraseAsync(user, cancellationToken);
        quotas.Set(user, null);
        return existed;
    }

    /// <exception cref="MeshException">USER_NOT_FOUND.</exception>
    public async Task ExportAsync(string userId, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        var user = rule.Parse(userId);
        // The lease is held until the end, because each piece is made from the mesh in memory when its turn comes.
        using var lease = await meshes.FindAsync(user, cancellationToken);
        if (lease.Mesh is not { } mesh)
        {
            throw new MeshException(ErrorReason.UserNotFound, "The user has no store.");
        }

        foreach (var piece in mesh.Export(user))
        {
            await write(piece);
        }
    }

    /// <param name="parts">The header and the chunks.</param>
    /// <param name="right">The operator's right.</param>
    /// <param name="named">Receives the user id as soon as the header has come.</param>
    /// <param name="cancellationToken">Ends the import.</param>
    public async Task<ImportUserResponse> ImportAsync(
        IAsyncStreamReader<ImportUserRequest> parts, StoreRight right, Action<string> named, CancellationToken cancellationToken)
    {
        var read = new ImportParts(parts, time, cancellationToken);
        var header = await read.ReadHeaderAsync();
        named(header.UserId);
        var (import, position) = await meshes.ImportAsync(
            rule.Parse(header.UserId), read.ReadChunksAsync(cancellationToken), header.Replace, header.AllowOtherUser, right,
            cancellationToken);
        return new() { Items = import.Items, Bytes = import.Bytes, Position = ToWire.Position(position) };
    }

    public Task RenewEpochsAsync(Func<RenewEpochsResponse, Task> write, CancellationToken cancellationToken) => ReportAsync(
        progress => meshes.RenewEpochsAsync(progress, cancellationToken),
        count => write(new() { Done = count.Done, Failed = count.Failed, Total = count.Total }));

    /// <exception cref="MeshException">ENCRYPTION_OFF, USER_NOT_FOUND.</exception>
    public Task RotateKeysAsync(RotateKeysRequest request, Func<RotateKeysResponse, Task> write, CancellationToken cancellationToken)
    {
        if (master.Key is null)
        {
            throw new MeshException(ErrorReason.EncryptionOff, "Encryption is off on this server. It has no keys to rotate.");
        }

        var user = request.HasUserId ? rule.Parse(request.UserId) : (UserId?)null;
        var begun = time.GetTimestamp();
        return ReportAsync(
            progress => RotateAsync(user, request.IncludeData, progress, cancellationToken),
            count => write(new()
            {
                Done = count.Done,
                Failed = count.Failed,
                Total = count.Total,
                Elapsed = Duration.FromTimeSpan(time.GetElapsedTime(begun)),
            }));
    }

    private async Task<StoreCount> RotateAsync(
        UserId? user, bool includesData, IProgress<StoreCount> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await encryption.RotateAsync(user, includesData, progress, cancellationToken);
        }
        catch (MeshException gone) when (user is not null && gone.Reason == ErrorReason.EpochChanged)
        {
            throw new MeshException(ErrorReason.UserNotFound, "The user has no store.", gone);
        }
    }

    // Only one task may write to a stream, so the work reports to a channel. The last message is the result of the work.
    private static async Task ReportAsync(Func<IProgress<StoreCount>, Task<StoreCount>> work, Func<StoreCount, Task> write)
    {
        var reports = Channel.CreateUnbounded<StoreCount>();
        var working = work(new Reports(reports.Writer));
        _ = working.ContinueWith(_ => reports.Writer.Complete(), TaskScheduler.Default);
        await foreach (var count in reports.Reader.ReadAllAsync(CancellationToken.None))
        {
            await write(count);
        }

        await write(await working);
    }

    private sealed class Reports(ChannelWriter<StoreCount> writer) : IProgress<StoreCount>
    {
        public void Report(StoreCount value) => writer.TryWrite(value);
    }
}
