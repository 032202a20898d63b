using Syntha.Mesh.Outcomes;

namespace Syntha.Storage.Outcomes;

/// <summary>Decides when the outcomes of a user are summed up, and when old ones are dropped.</summary>
internal static class OutcomeTrimming
{
    private const int LargeReport = 4 * 1024;
    private const int ReportsPerSum = 16;

    /// <summary>
    /// Whether the bytes are summed up after this report. The sum goes over all rows, so only each large report and some of the small ones
    /// pay for it. Which of the small ones is left to chance, so that no caller can avoid it.
    /// </summary>
    public static bool IsSummed(OutcomeReport report) => report.Length > LargeReport || Random.Shared.Next(ReportsPerSum) == 0;

    public static object Kept { get; } = new { kept = IOutcomeStore.MaxKept };

    /// <summary>What is left when outcomes are dropped.</summary>
    public static object Left(long maxBytes) => new
    {
        kept = IOutcomeStore.MaxKept - (IOutcomeStore.MaxKept / IOutcomeStore.DroppedPart),
        maxBytes = maxBytes - (maxBytes / IOutcomeStore.DroppedPart),
    };
}
