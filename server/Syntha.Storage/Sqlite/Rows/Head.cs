namespace Syntha.Storage.Sqlite.Rows;

/// <summary>The row that tells a file's user, and how far its log reaches.</summary>
internal sealed record Head(string User, string Epoch, long Revision, long OldestRevision)
{
    // By primary key.
    public const string Select =
        "SELECT user_id AS User, epoch AS Epoch, revision AS Revision, oldest_revision AS OldestRevision FROM head WHERE only = 1;";

    public Position Position => new(Epoch, Revision);
}
