namespace Syntha.Storage.Audit;

/// <summary>What a user has committed. It is recorded unless another node recorded it meanwhile.</summary>
/// <param name="User">The user.</param>
/// <param name="Mark">The mark at the time when the page was read. Null: there was none.</param>
/// <param name="Page">The commits after the mark.</param>
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
        // For one command, the entry itself says everything.
        Commands = commit.Commands.Count > 1 ? commit.Commands : [],
    });
}
