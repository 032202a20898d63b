using Syntha.Storage.Audit;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.OneUser;
using Syntha.Storage.Postgres.Schema;
using Syntha.Storage.Postgres.Server;

namespace Syntha.Storage.Postgres.AllUsers;

/// <summary>
/// A log that a transaction is about to erase. The transaction holds the user's head. The log is read and recorded in the same transaction:
/// callers that hold one connection and wait for a second one could wait for each other. For one caller at a time.
/// </summary>
internal sealed class LogBeforeErase(PostgresSession session, UserSchema schema) : IErasedLog
{
    // A log that cannot be read must not end the transaction: it is erased all the same.
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

    // The transaction holds the user's head already, and takes mark and chain after it: every transaction takes them in this order.
    public async Task<T> TransactAsync<T>(Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await session.RunAsync(SetPath, new { path = PostgresAuditSession.Path }, cancellationToken);
            var result = await work(new PostgresAuditSession(session, cancellationToken));
            await session.RunAsync(SetPath, new { path = schema.SearchPath }, cancellationToken);
            return result;
        }
        catch (Exception exception) when (PostgresErrors.Translate(exception, StorePhase.Committing) is { } failure)
        {
            throw failure;
        }
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
