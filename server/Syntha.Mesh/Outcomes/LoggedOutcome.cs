namespace Syntha.Mesh.Outcomes;

/// <summary>What became of a report.</summary>
/// <param name="Number">The outcome's number.</param>
/// <param name="IsReplay">Whether its request id was known, so that nothing was written.</param>
/// <param name="ContentHash">Of the report that is kept under the request id.</param>
public readonly record struct LoggedOutcome(long Number, bool IsReplay, UInt128 ContentHash);
