using Syntha.Storage.Names;

namespace Syntha.Storage.Postgres.Schema;

/// <summary>The names of a user's schema and role. The only place that quotes an identifier.</summary>
internal sealed class UserSchema(UserId user)
{
    public UserId User { get; } = user;

    /// <summary>The name without quotes, as a value: the role to set, or the schema in the catalog.</summary>
    public string Name { get; } = "user_" + StoreName.Of(user).Value;

    // A store's name needs no more than the quotes.
    public string Quoted => $"\"{Name}\"";

    /// <summary>Temporary tables come last. Otherwise they would come first. The catalog always comes before both.</summary>
    public string SearchPath => $"{Quoted}, pg_temp";

    /// <summary>The schema's name while it is filled and not visible.</summary>
    public string StageName { get; } = $"stage_{Guid.NewGuid():N}";

    public string StagePath => $"\"{StageName}\", pg_temp";

    public string CreateStage => $"CREATE SCHEMA \"{StageName}\";";

    public string PutStageInPlace => $"ALTER SCHEMA \"{StageName}\" RENAME TO {Quoted};";

    public string CreateSchema => $"CREATE SCHEMA {Quoted};";

    public string CreateRole =>
        $"CREATE ROLE {Quoted} NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;";

    // Locks all tables that exist. It waits as long as lock_timeout says, in short tries, because a waiting lock holds up all later ones.
    public string LockTables =>
        $"""
        DO $do$
        DECLARE
          patience CONSTANT text := current_setting('lock_timeout');
          until CONSTANT timestamptz := clock_timestamp() + patience::interval;
          tables text := (
            SELECT string_agg(oid::regclass::text, ', ' ORDER BY relname)
            FROM pg_class WHERE relnamespace = to_regnamespace('{Quoted}') AND relkind = 'r');
        BEGIN
          WHILE tables IS NOT NULL LOOP
            BEGIN
              PERFORM set_config('lock_timeout', '100ms', true);
              EXECUTE 'LOCK TABLE ' || tables || ' IN ACCESS EXCLUSIVE MODE';
              tables := NULL;
            EXCEPTION WHEN lock_not_available THEN
              IF clock_timestamp() > until THEN
                RAISE;
              END IF;
              PERFORM pg_sleep(0.1);
            END;
          END LOOP;
          PERFORM set_config('lock_timeout', patience, true);
        END $do$;
        """;

    /// <summary>
    /// Writes the log's files anew, with the rows that are there alone. Unlike a change of the table it keeps rows that another transaction
    /// still sees, so it may run while readers read.
    /// </summary>
    public string RewriteLog => $"VACUUM (FULL) {Quoted}.changes;";

    public string DropSchema => $"DROP SCHEMA IF EXISTS {Quoted} CASCADE;";

    public string DropRole => $"DROP ROLE {Quoted};";

    // The role may change rows, but not tables, and not the name of the user.
    public string GrantRights =>
        $"""
        GRANT {Quoted} TO CURRENT_USER;
        GRANT USAGE ON SCHEMA {Quoted} TO {Quoted};
        GRANT SELECT ON identity TO {Quoted};
        GRANT SELECT, INSERT, DELETE ON changes, live, outcomes TO {Quoted};
        GRANT SELECT, INSERT, UPDATE, DELETE ON agents, claims TO {Quoted};
        """;
}
