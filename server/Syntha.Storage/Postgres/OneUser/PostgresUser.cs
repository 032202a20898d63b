using System.Data.Common;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Options;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;
using Syntha.Storage.Postgres.Schema;

namespace Syntha.Storage.Postgres.OneUser;

/// <summary>The user that a store belongs to, and the checks of each access.</summary>
/// <param name="Schema">The user's schema.</param>
/// <param name="HasRole">Whether statements run as the user's role.</param>
/// <param name="Options">The time-outs.</param>
/// <param name="Step">The step of the user's schema that this server works with.</param>
/// <param name="Clock">The clock. Null: the database's. Only tests have another.</param>
/// <param name="DatabaseClock">Takes the times that the database tells.</param>
/// <param name="Keys">The user's data keys.</param>
/// <param name="Logger">The log.</param>
internal sealed record PostgresUser(
    UserSchema Schema, bool HasRole, PostgresOptions Options, int Step, Func<DateTimeOffset>? Clock, DatabaseClock DatabaseClock,
    StoreKeys Keys,
    ILogger Logger)
{
    public UserId Id => Schema.User;

    /// <summary>Checks that the user exists, and that its tables have the step that this server works with.</summary>
    /// <exception cref="MeshException">STORE_DOWN. EPOCH_CHANGED: the user was erased.</exception>
    public HeadRow Check(HeadRow? head)
    {
        if (head is null)
        {
            throw StoreErrors.Gone();
        }

        return head.Step == Step ? head : throw StoreErrors.Down(
            new NotSupportedException($"The user's schema is at step {head.Step}, and this server works with {Step}."), StorePhase.Writing);
    }

    /// <summary>
    /// Reads the next result, and stays on its row. After any other mistake, rows of another user still do not pass here.
    /// </summary>
    /// <exception cref="MeshException">STORE_CORRUPT.</exception>
    /// <returns>The keys for the rows that the transaction sees.</returns>
    public async ValueTask<DataKeys?> CheckIdentityAsync(DbDataReader rows, CancellationToken cancellationToken) =>
        Keys.Read(await ReadIdentityAsync(rows, cancellationToken));

    /// <summary>The same, for a change of the keys.</summary>
    /// <returns>The list of keys, as it is stored.</returns>
    /// <exception cref="MeshException">STORE_CORRUPT.</exception>
    public async ValueTask<string?> ReadIdentityAsync(DbDataReader rows, CancellationToken cancellationToken)
    {
        await rows.NextResultAsync(cancellationToken);
        if (HasRole)
        {
            await rows.NextResultAsync(cancellationToken);
        }

        if (!await rows.ReadAsync(cancellationToken))
        {
            throw StoreErrors.Corrupt(new FormatException("The schema does not name its user."));
        }

        if (rows.GetString(0) != Id.Value)
        {
            throw StoreErrors.Corrupt(new FormatException($"The schema is the store of another user, '{rows.GetString(0)}'."));
        }

        return rows.IsDBNull(1) ? null : rows.GetString(1);
    }

    public async ValueTask TranslatedAsync(StorePhase phase, Func<Task> work) => await TranslatedAsync(phase, async () =>
    {
        await work();
        return true;
    });

    public async ValueTask<T> TranslatedAsync<T>(StorePhase phase, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (PostgresErrors.Translate(exception, phase) is { } failure)
        {
            throw Failed(failure);
        }
    }

    /// <summary>Logs a failure, and returns it.</summary>
    public MeshException Failed(MeshException failure)
    {
        StorageLog.Failed(Logger, failure, Id);
        return failure;
    }
}
