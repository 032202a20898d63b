namespace Syntha.Storage.Audit;

/// <summary>The statements on the audit trail: the same texts for both engines.</summary>
internal static class AuditStatements
{
    // By primary key. The row is locked until the commit, so that two writers never fork a chain.
    public const string TakeChain =
        """
        INSERT INTO audit_chains (chain, sequence, hash) VALUES (@chain, 0, @zero)
        ON CONFLICT (chain) DO UPDATE SET sequence = audit_chains.sequence
        RETURNING chain AS Chain, sequence AS Sequence, hash AS Hash;
        """;

    // By primary key.
    public const string MoveChain = "UPDATE audit_chains SET sequence = @sequence, hash = @hash WHERE chain = @chain;";

    // All of a small table.
    public const string SelectHeads = "SELECT chain AS Chain, sequence AS Sequence, hash AS Hash FROM audit_chains ORDER BY chain;";

    // By primary key.
    public const string SelectMark = "SELECT epoch AS Epoch, revision AS Revision FROM audit_marks WHERE user_id = @user;";

    // By primary key. Waits for another transaction that is about to set the first mark of the same user.
    public const string SetMark =
        "INSERT INTO audit_marks (user_id, epoch, revision) VALUES (@user, @epoch, @revision) ON CONFLICT (user_id) DO NOTHING;";

    // By primary key. A second writer finds that the mark has moved, and changes nothing.
    public const string MoveMark =
        """
        UPDATE audit_marks SET epoch = @epoch, revision = @revision
        WHERE user_id = @user AND epoch = @formerEpoch AND revision = @formerRevision;
        """;

    // The front of a chain, by primary key.
    public const string SelectFront =
        """
        SELECT sequence AS Sequence, time AS Time, hash AS Hash FROM audit
        WHERE chain = @chain ORDER BY sequence LIMIT @count;
        """;

    // A range of the primary key.
    public const string DropFront = "DELETE FROM audit WHERE chain = @chain AND sequence <= @sequence;";

    // By the index on the user if the statement names one, else by the index on time.
    private const string Filter =
        """
        WHERE time >= @from AND time < @until
          AND (@outcome = 0 OR outcome = @outcome) AND (@method = '' OR method = @method)

        """;

    private const string OfUser = " AND user_id = @user\n";

    private const string Newest =
        " AND (time, chain, sequence) < (@time, @chain, @sequence) ORDER BY time DESC, chain DESC, sequence DESC LIMIT @count;";

    private const string Oldest = " AND (time, chain, sequence) > (@time, @chain, @sequence) ORDER BY time, chain, sequence LIMIT @count;";

    private const string All = AuditRow.Select + "\n" + Filter;

    public const string ListNewest = All + Newest;
    public const string ListNewestOfUser = All + OfUser + Newest;
    public const string ListOldest = All + Oldest;
    public const string ListOldestOfUser = All + OfUser + Oldest;

    // By primary key: a chain in the order in which it was written.
    public const string ListChain = AuditRow.Select + "\nWHERE chain = @chain AND sequence > @sequence ORDER BY sequence LIMIT @count;";
}
