namespace Syntha.Benchmarks.Fairness;

/// <summary>What a victim has seen in one run.</summary>
/// <param name="Gets">Milliseconds of each Get, from when it was due.</param>
/// <param name="Pushes">Milliseconds of each Push, from when it was due.</param>
/// <param name="Events">Milliseconds from each acknowledgement to its event.</param>
/// <param name="Failed">Calls that were not answered with status 0, and events that did not come.</param>
/// <param name="Failures">Why.</param>
internal sealed record VictimTimes(double[] Gets, double[] Pushes, double[] Events, int Failed, IReadOnlyList<string> Failures);
