using Syntha.Storage.Ground;

namespace Syntha.Storage.Records;

/// <summary>The statements on the server's records: the same texts for both engines.</summary>
internal static class RecordStatements
{
    // The row is locked until the commit, so revisions are in the order of commits.
    public const string NextRevision = "UPDATE record_head SET revision = revision + 1 RETURNING revision;";

    // Read before the rows. A commit in between is read a second time at the next read, and is not missed.
    public const string SelectRevision = "SELECT revision FROM record_head;";

    public const string SelectMark = "SELECT encryption_check AS Text, encryption_complete AS Complete FROM record_head;";

    // If two nodes write it at once, the second one finds another check, and changes nothing.
    public const string SetMark =
        """
        UPDATE record_head SET encryption_check = @check, encryption_complete = @complete
        WHERE encryption_check IS NOT DISTINCT FROM CAST(@former AS text);
        """;

    // By the index on revision.
    public const string SelectKeys =
        """
        SELECT id AS Id, hash AS Hash, user_id AS UserId, agent AS Agent, role AS Role, label AS Label,
               created_at AS CreatedAt, expires_at AS ExpiresAt, revoked_at AS RevokedAt
        FROM api_keys WHERE revision > @after ORDER BY revision;
        """;

    // By the index on revision.
    public const string SelectQuotas =
        """
        SELECT user_id AS UserId, max_items AS MaxItems, max_bytes AS MaxBytes, max_agents AS MaxAgents, max_topics AS MaxTopics,
               max_streams AS MaxStreams, max_value_bytes AS MaxValueBytes, calls_per_second AS CallsPerSecond
        FROM quotas WHERE revision > @after ORDER BY revision;
        """;

    // By the primary key.
    public const string SelectQuota =
        """
        SELECT user_id AS UserId, max_items AS MaxItems, max_bytes AS MaxBytes, max_agents AS MaxAgents, max_topics AS MaxTopics,
               max_streams AS MaxStreams, max_value_bytes AS MaxValueBytes, calls_per_second AS CallsPerSecond
        FROM quotas WHERE user_id = @user;
        """;

    public const string InsertKey =
        """
        INSERT INTO api_keys (id, hash, user_id, agent, role, label, created_at, expires_at, revoked_at, revision)
        VALUES (@id, @hash, @user, @agent, @role, @label, @created, @expires, @revoked, @revision);
        """;

    // By the primary key.
    public const string RevokeKey = "UPDATE api_keys SET revoked_at = @at, revision = @revision WHERE id = @id AND revoked_at IS NULL;";

    // By the index on user_id.
    public const string RevokeKeys =
        "UPDATE api_keys SET revoked_at = @at, revision = @revision WHERE user_id = @user AND revoked_at IS NULL;";

    // By the index on revision.
    public const string SelectErasures = "SELECT user_hash AS UserHash, erased_at AS ErasedAt FROM erasures WHERE revision > @after;";

    public const string SelectErasureSecret = "SELECT erasure_secret FROM record_head;";

    // By the primary key. The node that erases may have a clock behind that of the node which erased before.
    public const string SetErasure =
        """
        INSERT INTO erasures (user_hash, erased_at, revision) VALUES (@userHash, @at, @revision)
        ON CONFLICT (user_hash) DO UPDATE SET
          erased_at = CASE WHEN excluded.erased_at > erasures.erased_at THEN excluded.erased_at ELSE erasures.erased_at END,
          revision = excluded.revision;
        """;

    // By primary keys.
    public const string SelectHolds =
        """
        SELECT CASE
          WHEN CAST(@key AS text) IS NOT NULL THEN EXISTS (
            SELECT 1 FROM api_keys WHERE id = @key AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @now))
          ELSE CAST(@expires AS bigint) > @now
            AND NOT EXISTS (SELECT 1 FROM erasures WHERE user_hash = @userHash AND erased_at >= @issued) END;
        """;

    // A row without limits stays if there was one: other nodes have to read that the limits are gone.
    public const string SetQuota =
        """
        INSERT INTO quotas (user_id, max_items, max_bytes, max_agents, max_topics, max_streams, max_value_bytes, calls_per_second, revision)
        VALUES (@user, @items, @bytes, @agents, @topics, @streams, @valueBytes, @calls, @revision)
        ON CONFLICT (user_id) DO UPDATE SET
          max_items = excluded.max_items, max_bytes = excluded.max_bytes, max_agents = excluded.max_agents,
          max_topics = excluded.max_topics, max_streams = excluded.max_streams, max_value_bytes = excluded.max_value_bytes,
          calls_per_second = excluded.calls_per_second,
          revision = excluded.revision;
        """;

    // By the primary key, in the order of bytes.
    public const string SelectUsers = "SELECT user_id FROM heads WHERE user_id > @after ORDER BY user_id LIMIT @count;";

    public static object ParametersOf(ApiKeyRecord key, long revision) => new
    {
        id = key.Id,
        hash = key.Hash.ToArray(),
        user = key.User?.Value,
        agent = key.Agent?.Value,
        role = key.Role,
        label = key.Label,
        created = StoredTime.ToMicroseconds(key.CreatedAt),
        expires = Micros(key.ExpiresAt),
        revoked = Micros(key.RevokedAt),
        revision,
    };

    public static object ParametersOf(QuotaRecord quota, long revision) => new
    {
        user = quota.User.Value,
        items = quota.Quotas.MaxItems,
        bytes = quota.Quotas.MaxBytes,
        agents = quota.Quotas.MaxAgents,
        topics = quota.Quotas.MaxTopics,
        streams = quota.Quotas.MaxStreams,
        valueBytes = quota.Quotas.MaxValueBytes,
        calls = quota.CallsPerSecond,
        revision,
    };

    public static object ParametersOf(EncryptionMark mark, string? former, long revision) =>
        new { check = mark.Check, complete = mark.IsComplete ? 1L : 0L, former, revision };

    /// <param name="user">The user whose store is to be made.</param>
    /// <param name="right">The right of an API key or of a token.</param>
    /// <param name="secret">The secret of the hashes of erased users.</param>
    /// <param name="now">The present moment.</param>
    public static object ParametersOf(UserId user, StoreRight right, byte[] secret, DateTimeOffset now) => new
    {
        key = right.KeyId,
        userHash = ErasureRecord.HashOf(secret, user),
        issued = Micros(right.IssuedAt),
        expires = Micros(right.ExpiresAt),
        now = StoredTime.ToMicroseconds(now),
    };

    private static long? Micros(DateTimeOffset? moment) => moment is { } at ? StoredTime.ToMicroseconds(at) : null;
}
