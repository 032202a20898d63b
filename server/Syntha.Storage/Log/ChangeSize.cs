using System.Text;

namespace Syntha.Storage.Log;

/// <summary>
/// What a change takes in a log, as <see cref="LogSize"/> counts it: when it is written, and when its row is dropped. The two must agree to
/// the byte, and with the sums that stores already keep: another formula needs a migration that counts anew.
/// </summary>
internal static class ChangeSize
{
    /// <summary>
    /// The size of a row of the table of changes. Lengths stand in a row's head: the value itself is not read for it. What is encrypted
    /// counts as what it is in plain, so that a log is as long with encryption as without: engines take what it adds off.
    /// </summary>
    public const string OfRow = "100 + octet_length(subject) + coalesce(octet_length(value), 0) + coalesce(octet_length(metadata), 0)";

    // About what is left of a row besides what is counted byte by byte: its numbers, its routing and its request.
    private const int Fixed = 100;

    public static long Of(Change change) => Fixed + Count(change.Subject) + Count(ValueOf(change)) + Count(change.Item?.MetadataJson);

    /// <summary>What stands in the row's value: an item's, or an agent's record.</summary>
    public static string? ValueOf(Change change) => change.Item?.ValueJson ?? (change.Agent is { } agent ? StoredAgent.Write(agent) : null);

    private static long Count(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
