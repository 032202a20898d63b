namespace Syntha.Storage.Audit;

/// <summary>What a user has committed, to be recorded unless somebody else has recorded it meanwhile.</summary>
/// <param name="User">The user.</param>
/// <param name="Mark">Where the mark was when the page was read; null: there was none.</param>
/// <param name="Page">What lies behind it.</param>
public sealed record UserCommits(UserId User, Position? Mark, CommitPage Page)
{
    internal IEnumerable<AuditEntry> Entries => Page.Commits.Select(commit => new AuditEntry
    {
        Time = commit.Time,
        Method = commit.Origin?.Method ?? "Server/Unknown",
        User = User.Value,
        Credential = commit.Origin?.Credential ?? "",
        Agent = commit.Actor?.Value,
        Calls = commit.Commands.Count,
        Bytes = commit.Commands.Sum(command => command.ValueBytes),
        Keys = commit.Commands.Sum(command => command.Keys),
        KeyHashes = commit.KeyHashes,
        Epoch = Page.Through.Epoch,
        Revision = commit.Commands[^1].Revision,
        // Of one command the entry itself says it all.
        Commands = commit.Commands.Count > 1 ? commit.Commands : [],
    });
}
