using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Schema;
using Syntha.Storage.Postgres.Users;

namespace Syntha.Storage.Postgres.Stores;

/// <summary>
/// The log that a transaction is about to erase, whose user's head it holds. It is read and recorded in that transaction: whoever held one
/// connection and waited for a second one could wait for others that do the same. For one caller at a time.
/// </summary>
internal sealed class PostgresRest(PostgresSession session, UserSchema schema) : ICommitLog
{
    // What cannot be read must not end the transaction: it is erased all the same.
    private const string Mark = "SAVEPOINT rest;";

    private const string GoBack = "ROLLBACK TO SAVEPOINT rest;";

    private const string SetPath = "SELECT set_config('search_path', @path, true);";

    public async ValueTask<CommitPage> ReadAsync(Position? mark, int maxChanges, CancellationToken cancellationToken)
    {
        await session.RunAsync(Mark, null, cancellationToken);
        try
        {
            return await ReadPageAsync(mark, maxChanges, cancellationToken);
        }
        catch (Exception exception) when (PostgresErrors.Translate(exception, StorePhase.Reading) is { } failure)
        {
            if (failure.Reason == ErrorReason.StoreCorrupt)
            {
                await session.RunAsync(GoBack, null, cancellationToken);
            }

            throw failure;
        }
    }

    /// <summary>Works in the same transaction with the tables of another schema.</summary>
    public async Task<T> BesideAsync<T>(string path, Func<PostgresSession, Task<T>> work, CancellationToken cancellationToken)
    {
        await session.RunAsync(SetPath, new { path }, cancellationToken);
        var result = await work(session);
        await session.RunAsync(SetPath, new { path = schema.SearchPath }, cancellationToken);
        return result;
    }

    private async Task<CommitPage> ReadPageAsync(Position? mark, int maxChanges, CancellationToken cancellationToken)
    {
        var (head, former) = await ReadLivesAsync(cancellationToken);
        var after = CommitReader.After(mark, head, former);
        var parameters = new { after = StoredPlace.LastOf(after).Value, maxChanges };
        await using var rows = await session.ReadAsync(ReadStatements.CommitsAfter, parameters, cancellationToken);
        return await PostgresCommitLog.ReadPageAsync(rows, head, after, cancellationToken);
    }

    private async Task<(StoreHead Head, Position? Former)> ReadLivesAsync(CancellationToken cancellationToken)
    {
        await using var rows = await session.ReadAsync(ReadStatements.SelectLives, new { user = schema.User.Value }, cancellationToken);
        return await PostgresCommitLog.ReadLivesAsync(rows, cancellationToken);
    }
}
