using Syntha.Storage.Encryption;
using Syntha.Storage.Log;

namespace Syntha.Storage.Postgres.OneUser;

/// <summary>Everything that a group writes: its rows of the log, and its changes to the current state.</summary>
internal sealed class CommitRows(string user, ChangeGroup group, StoreCipher? cipher, long oldest) : ChangeColumns(cipher)
{
    public string User => user;

    public long Last => group.LastRevision;

    public long Changes => group.Size.Changes;

    public long Bytes => group.Size.Bytes;

    public long[] Held => [.. group.Held];

    public long[] Released => [.. group.Replaced];

    public long[] Redacted => [.. group.Redacted];

    /// <summary>The rows of which the answer changes, because it tells of a redacted value.</summary>
    public long[] AnswerPlaces { get; set; } = [];

    /// <summary>Their answers from now on.</summary>
    public string?[] KeptAnswers { get; set; } = [];

    /// <summary>The first place of the log. Rows before it are not counted in its size.</summary>
    public long Oldest => oldest;

    public string[] Agents => [.. group.Agents.Where(agent => !agent.IsEmpty).Select(agent => agent.Name.Value)];

    public string[] Records => [.. group.Agents.Where(agent => !agent.IsEmpty).Select(StoredAgent.Write)];

    public string[] Claims => [.. group.Claims.Where(claim => !claim.IsEmpty).Select(claim => claim.Name.Value)];

    public string[] ClaimRecords => [.. group.Claims.Where(claim => !claim.IsEmpty).Select(StoredClaim.Write)];

    public string[] EndedClaims => [.. group.Claims.Where(claim => claim.IsEmpty).Select(claim => claim.Name.Value)];

    public string[] Emptied => [.. group.Agents.Where(agent => agent.IsEmpty).Select(agent => agent.Name.Value)];
}
