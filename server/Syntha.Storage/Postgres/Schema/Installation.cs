using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using Syntha.Storage.Ground;
using Syntha.Storage.Options;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;

namespace Syntha.Storage.Postgres.Schema;

/// <summary>
/// Schema names users' schemas, and installs and migrates the tables; it uses Connections, Heads and the shared rooms. This type checks at
/// start that the database can be used, and migrates its tables: first the server's own, then each user's in one transaction. If it is
/// killed at any point, the next start goes on from there. Any number of nodes may do it together.
/// </summary>
internal sealed class Installation(
    PostgresConnections connections, PostgresMigrations steps, PostgresOptions options, DatabaseClock clock, ILogger logger)
{
    // The first version that has everything the statements need. The tests run on 15.
    private const int OldestServer = 140_000;
    private const int UsersPerPage = 200;

    private const string SelectServer =
        $"""
        SELECT
          current_setting('server_version_num')::integer AS Version,
          current_setting('server_encoding') AS Encoding,
          current_setting('fsync') AS Fsync,
          current_setting('synchronous_commit') AS SynchronousCommit,
          pg_is_in_recovery() AS IsFollower,
          {DatabaseClock.Select} AS Now,
          has_database_privilege(current_database(), 'CREATE') AS MayCreate,
          (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS MayCreateRoles,
          (SELECT count(*) FROM pg_auth_members WHERE member = (SELECT oid FROM pg_roles WHERE rolname = current_user)) AS Roles;
        """;

    // Held until the transaction ends. So one node installs, and the others find it done.
    private const string LockInstallation = $"BEGIN; SELECT pg_advisory_xact_lock({LockClasses.Installation}, 0);";

    private const string SelectInstalled = "SELECT to_regclass('syntha.installation') IS NOT NULL;";

    private const string SelectSteps = "SELECT server_step AS Server, user_step AS User FROM syntha.installation;";

    private const string SaveSteps =
        """
        INSERT INTO syntha.installation (server_step, user_step) VALUES (@server, @user)
        ON CONFLICT (only_row) DO UPDATE SET server_step = excluded.server_step, user_step = excluded.user_step;
        COMMIT;
        """;

    private const string CountBehind = "SELECT count(*) FROM syntha.heads WHERE user_step < @step;";

    // In the order of the primary key, from the end of the last page. So a user that cannot be migrated does not stop the others.
    private const string SelectBehind =
        "SELECT user_id FROM syntha.heads WHERE user_step < @step AND user_id > @after ORDER BY user_id LIMIT @count;";

    /// <param name="bringUp">Migrates one user.</param>
    /// <param name="cancellationToken">Ends it between two users.</param>
    /// <exception cref="StorageUnusableException">The database cannot be used. The message says why, and what to do.</exception>
    public async Task StartAsync(Func<string, Task> bringUp, CancellationToken cancellationToken)
    {
        try
        {
            var session = await connections.RentAsync(null, cancellationToken);
            await using (session)
            {
                var server = (await session.OneAsync<Server>(SelectServer, null, cancellationToken))!;
                clock.Hear(StoredTime.FromMicroseconds(server.Now));
                Check(server);
                await InstallAsync(session, cancellationToken);
            }
            await BringUpUsersAsync(bringUp, cancellationToken);
        }
        catch (Exception failure) when (Explain(failure) is { } why)
        {
            throw new StorageUnusableException(why, failure);
        }
        StorageLog.DatabaseReady(logger, connections.Database, connections.Host, options.PoolSize);
    }

    private string Where => string.Create(CultureInfo.InvariantCulture, $"PostgreSQL at {connections.Host}:{connections.Port}");

    /// <summary>Checks that a database server can keep users' data.</summary>
    /// <exception cref="StorageUnusableException">It cannot. The message says why, and what to do.</exception>
    internal void Check(Server server)
    {
        if (server.Version < OldestServer)
        {
            throw Unusable($"is version {server.Version / 10_000}, which is too old; the server needs {OldestServer / 10_000} or later.");
        }

        if (server.Encoding != "UTF8")
        {
            throw Unusable($"keeps the database '{connections.Database}' in {server.Encoding}; create it with ENCODING 'UTF8'.");
        }

        if (server.IsFollower)
        {
            throw Unusable("only follows another server; the connection string must lead to the one that takes writes.");
        }

        if (server.Fsync == "off" || server.SynchronousCommit == "off")
        {
            throw Unusable("acknowledges what it has not made durable; set fsync and synchronous_commit to on.");
        }

        if (!server.MayCreate)
        {
            throw Unusable(
                $"does not let '{connections.Username}' make schemas: " +
                $"GRANT CREATE ON DATABASE \"{connections.Database}\" TO \"{connections.Username}\";");
        }
        if (!options.RolePerUser)
        {
            return;
        }

        if (!server.MayCreateRoles)
        {
            throw Unusable(
                $"does not let '{connections.Username}' make roles, which " +
                $"{PostgresOptions.Section}:{nameof(PostgresOptions.RolePerUser)} needs: " +
                $"ALTER ROLE \"{connections.Username}\" CREATEROLE;");
        }
        if (server.Roles >= 1_000)
        {
            StorageLog.ManyRoles(logger, server.Roles);
        }
    }

    private async Task InstallAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        await session.RunAsync(LockInstallation, null, cancellationToken);
        var found = await session.OneAsync<bool>(SelectInstalled, null, cancellationToken)
            ? (await session.OneAsync<Steps>(SelectSteps, null, cancellationToken))!
            : new Steps(0, 0);
        if (found.Server > steps.LatestServer || found.User > steps.LatestUser)
        {
            throw Unusable(
                $"holds a database that a newer version of this server has brought to step {found.Server}.{found.User}; " +
                $"this version knows up to {steps.LatestServer}.{steps.LatestUser}. Start the newer version.");
        }
        if (found == new Steps(steps.LatestServer, steps.LatestUser))
        {
            return;
        }

        foreach (var step in steps.Server.Skip(found.Server))
        {
            await session.RunAsync(step, null, cancellationToken);
        }

        var latest = new { server = steps.LatestServer, user = steps.LatestUser };
        await session.RunAsync(SaveSteps, latest, cancellationToken);
        StorageLog.Installed(logger, found.Server, found.User, steps.LatestServer, steps.LatestUser);
    }

    private async Task BringUpUsersAsync(Func<string, Task> bringUp, CancellationToken cancellationToken)
    {
        var (done, failed, after) = (0, 0, "");
        while (true)
        {
            long behind;
            List<string> page;
            var session = await connections.RentAsync(null, cancellationToken);
            await using (session)
            {
                var parameters = new { step = steps.LatestUser, after, count = UsersPerPage };
                behind = await session.OneAsync<long>(CountBehind, parameters, cancellationToken);
                page = behind == 0 ? [] : await session.AllAsync<string>(SelectBehind, parameters, cancellationToken);
            }
            if (page.Count == 0)
            {
                break;
            }

            StorageLog.Migrating(logger, steps.LatestUser, done, behind);
            foreach (var user in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    await bringUp(user);
                    done++;
                }
                catch (Exception broken) when (!PostgresErrors.IsAway(broken))
                {
                    // The fault is that user's alone, and the others do not wait for it.
                    StorageLog.MigrationFailed(logger, broken, user);
                    failed++;
                }
                after = user;
            }
        }
        if (done + failed > 0)
        {
            StorageLog.MigratedAll(logger, steps.LatestUser, done, failed);
        }
    }

    private StorageUnusableException Unusable(string what) => new($"{Where} {what}");

    private string? Explain(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            $"{Where} does not accept '{connections.Username}' with this password; " +
            $"check Username and Password in {PostgresOptions.Section}:ConnectionString.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            $"{Where} has no database '{connections.Database}'; create it: " +
            $"CREATE DATABASE \"{connections.Database}\" OWNER \"{connections.Username}\" ENCODING 'UTF8';",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused =>
            $"{Where} does not let '{connections.Username}' use the database '{connections.Database}': {refused.MessageText}.",
        PostgresException other => $"{Where} cannot be used: {other.MessageText} ({other.SqlState}).",
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } away =>
            $"{Where} cannot be reached: {away.InnerException!.Message}",
        NpgsqlException other => $"{Where} cannot be used: {other.Message}",
        MeshException { InnerException: { } cause } => $"{Where} cannot be used: {cause.Message}",
        _ => null,
    };

    internal sealed record Server(
        int Version, string Encoding, string Fsync, string SynchronousCommit, bool IsFollower, long Now, bool MayCreate,
        bool MayCreateRoles,
        long Roles);

    private sealed record Steps(int Server, int User);
}
