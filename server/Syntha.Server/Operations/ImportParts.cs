using System.Runtime.CompilerServices;
using Grpc.Core;
using Syntha.V1;

namespace Syntha.Server.Operations;

/// <summary>
/// The parts of an import as they come. An import holds a connection to the database, or a file, until it is finished. So one that is never
/// finished is ended. For one caller at a time.
/// </summary>
internal sealed class ImportParts(IAsyncStreamReader<ImportUserRequest> parts, TimeProvider time, CancellationToken cancellationToken)
{
    /// <summary>The longest pause between two parts.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromMinutes(1);

    /// <summary>The longest time from the first part to the last one. A caller that sends a little now and then is ended by it.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromHours(1);

    private readonly long began = time.GetTimestamp();

    /// <exception cref="MeshException">EXPORT_INVALID.</exception>
    public async Task<ImportHeader> ReadHeaderAsync() =>
        await MoveNextAsync() && parts.Current.PartCase == ImportUserRequest.PartOneofCase.Header
            ? parts.Current.Header
            : throw new MeshException(ErrorReason.ExportInvalid, "An import begins with its header.") { Field = "header" };

    /// <exception cref="MeshException">EXPORT_INVALID.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync([EnumeratorCancellation] CancellationToken enumerating = default)
    {
        while (await MoveNextAsync())
        {
            enumerating.ThrowIfCancellationRequested();
            yield return parts.Current.PartCase == ImportUserRequest.PartOneofCase.Chunk
                ? parts.Current.Chunk.Memory
                : throw new MeshException(ErrorReason.ExportInvalid, "After its header, an import has only chunks.");
        }
    }

    private async Task<bool> MoveNextAsync()
    {
        var left = Math.Max(0, (MaxTime - time.GetElapsedTime(began)).Ticks);
        using var patience = new CancellationTokenSource(TimeSpan.FromTicks(Math.Min(left, MaxSilence.Ticks)), time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await parts.MoveNext(ending.Token);
        }
        // The reader reports a wait that was ended in several ways.
        catch (Exception ended) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new MeshException(
                ErrorReason.ExportInvalid,
                $"The import was not finished: no part of it came for {MaxSilence.TotalSeconds:0} s, or it took more than " +
                $"{MaxTime.TotalHours:0} h in all. Nothing was imported; send it again.",
                ended);
        }
        // A caller that goes away during an import is no fault of the server.
        catch (IOException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller went away before the import was complete."));
        }
    }
}
