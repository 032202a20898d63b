using Google.Protobuf;
using Grpc.Core;
using Syntha.V1;

namespace Syntha.Benchmarks.Fairness.Attacks;

/// <summary>What an operator's key allows: imports and exports of large users, many at once.</summary>
internal static class Transfers
{
    private const int AtOnce = 16;
    private const int Items = 9_000;
    private const int ItemBytes = 3_000;
    // One process makes one attack.
    private static byte[] File { get; set; } = [];

    /// <summary>Fills the attacker's user, and takes the file from an export.</summary>
    public static async Task PrepareAsync(Attacker attacker, CancellationToken cancellationToken)
    {
        await attacker.FillAsync(
            500,
            Enumerable.Range(0, Items)
                .Select(number => new ItemWrite { Key = $"i{number}", ValueJson = BenchmarkValue.Of(number, ItemBytes) }),
            cancellationToken);
        using var read = new MemoryStream();
        using var export = attacker.Administration.ExportUser(new() { UserId = attacker.UserId }, attacker.OperatorCall(cancellationToken));
        await foreach (var piece in export.ResponseStream.ReadAllAsync(cancellationToken))
        {
            piece.Chunk.WriteTo(read);
        }

        File = read.ToArray();
    }

    public static Task RunAsync(Attacker attacker, CancellationToken cancellationToken) => attacker.RepeatAsync(
        AtOnce,
        number => number % AtOnce < AtOnce / 2
            ? ImportAsync(attacker, $"{attacker.UserId}-{number % AtOnce}", cancellationToken)
            : ExportAsync(attacker, cancellationToken),
        cancellationToken);

    private static async Task ImportAsync(Attacker attacker, string userId, CancellationToken cancellationToken)
    {
        const int ChunkBytes = 1 << 20;
        using var call = attacker.Administration.ImportUser(attacker.OperatorCall(cancellationToken));
        await call.RequestStream.WriteAsync(
            new() { Header = new() { UserId = userId, Replace = true, AllowOtherUser = true } }, cancellationToken);
        for (var at = 0; at < File.Length; at += ChunkBytes)
        {
            await call.RequestStream.WriteAsync(
                new() { Chunk = UnsafeByteOperations.UnsafeWrap(File.AsMemory(at, Math.Min(ChunkBytes, File.Length - at))) },
                cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        await call;
    }

    private static async Task ExportAsync(Attacker attacker, CancellationToken cancellationToken)
    {
        using var export = attacker.Administration.ExportUser(new() { UserId = attacker.UserId }, attacker.OperatorCall(cancellationToken));
        await foreach (var piece in export.ResponseStream.ReadAllAsync(cancellationToken))
        {
            _ = piece;
        }
    }
}
