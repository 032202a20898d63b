using System.Data.Common;
using Syntha.Storage.Encryption;
using Syntha.Storage.Log;

namespace Syntha.Storage.Postgres.OneUser;

/// <summary>Reads the results of a text of several statements.</summary>
internal static class ResultRows
{
    /// <summary>Reads the remaining results. Otherwise a failure of a later statement would go unnoticed.</summary>
    public static async ValueTask ToEndAsync(this DbDataReader rows, CancellationToken cancellationToken)
    {
        while (await rows.NextResultAsync(cancellationToken))
        {
        }
    }

    /// <summary>Reads the current result as a page of the log, and then all remaining results.</summary>
    public static async ValueTask<ImmutableArray<Change>> ReadPageAsync(
        this DbDataReader rows, DataKeys? keys, int maxChanges, long maxBytes, CancellationToken cancellationToken)
    {
        using var cipher = keys is null ? null : new StoreCipher(keys);
        var page = new ChangePage(new DriverRow(rows), cipher, ChangeReader.BehindColumns, maxChanges, maxBytes);
        while (await rows.ReadAsync(cancellationToken) && page.TryAdd())
        {
        }
        await rows.ToEndAsync(cancellationToken);
        return page.Complete();
    }
}
