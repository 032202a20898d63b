using System.Globalization;
using System.Text;

namespace Syntha.Storage.Log;

/// <summary>
/// The size of a change in a log, as <see cref="LogSize"/> counts it, when the change is written and when its row is dropped. The two sums
/// must agree to the byte, and with the sums that stores already keep. Another formula needs a migration that counts again.
/// </summary>
internal static class ChangeSize
{
    /// <summary>
    /// The size of a row of the table of changes. A row's head holds the lengths, so this does not read the values. An encrypted item
    /// counts as its plain text does, so a log is as long with encryption as without: the engines subtract what encryption adds.
    /// </summary>
    public const string OfRow = "100 + octet_length(subject) + coalesce(octet_length(value), 0) + coalesce(octet_length(metadata), 0)";

    // About the rest of a row: its numbers, its readers and its request.
    private const int Fixed = 100;

    public static long Of(Change change) => Fixed + Count(change.Subject) + Count(ValueOf(change)) + Count(change.Item?.MetadataJson);

    /// <summary>
    /// The text in the row's value column: an item's value, an agent's records after and before the change, a claim's record, or the place
    /// of the version that a redaction is about.
    /// </summary>
    public static string? ValueOf(Change change) =>
        change.Item?.ValueJson
        ?? (change.Agent is { } agent ? StoredAgent.Write(agent, change.AgentBefore) : null)
        ?? (change.Claim is { } claim ? StoredClaim.Write(claim, change.IsQuiet) : null)
        ?? (change.Redacts is { } version ? new StoredPlace(version).Value.ToString(CultureInfo.InvariantCulture) : null);

    private static long Count(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
