using System.Globalization;
using Syntha.Benchmarks.Measuring;

namespace Syntha.Benchmarks.Fairness;

/// <summary>What one attack on one engine came to, round by round.</summary>
internal sealed class FairnessRow(string engine, AttackKind kind)
{
    /// <summary>The most that one user may take with what the server is shipped with, in a heap of 2 GiB. See docs/bounds.md.</summary>
    public const double MostKnownMebibytes = 1_024;

    /// <summary>The most that callers without a credential may take.</summary>
    public const double MostUnknownMebibytes = 64;

    private readonly List<(double Planned, double Spent)> shares = [];

    public string Engine => engine;

    public AttackKind Kind => kind;

    /// <summary>The 99th percentiles in milliseconds, one a round.</summary>
    public IReadOnlyDictionary<string, (List<double> Attacked, List<double> Control)> Times { get; } =
        new Dictionary<string, (List<double>, List<double>)> { ["Get"] = ([], []), ["Push"] = ([], []), ["event"] = ([], []) };

    public int Failed { get; private set; }

    public List<string> Failures { get; } = [];

    /// <summary>The most resident memory of the server, above what it took before the attack was prepared.</summary>
    public long MemoryBytes { get; set; }

    /// <summary>The attacker's calls of all rounds that were carried out.</summary>
    public long Done { get; private set; }

    /// <summary>Those that were refused or cut.</summary>
    public long Refused { get; private set; }

    /// <summary>The processors that the attack kept busy: attacker, server and database, without what the victim costs.</summary>
    public double Processors => Measurement.MedianOf([.. shares.Select(share => share.Planned)]);

    /// <summary>The same of the controls.</summary>
    public double ControlProcessors => Measurement.MedianOf([.. shares.Select(share => share.Spent)]);

    public void Add(VictimTimes attacked, VictimTimes control, (long Done, long Refused) counts, double planned, double spent)
    {
        AddTimes("Get", attacked.Gets, control.Gets);
        AddTimes("Push", attacked.Pushes, control.Pushes);
        AddTimes("event", attacked.Events, control.Events);
        Failed += attacked.Failed;
        Failures.AddRange(attacked.Failures.Distinct().Take(3));
        Failures.AddRange(control.Failures.Distinct().Take(3).Select(failure => $"in the control: {failure}"));
        (Done, Refused) = (Done + counts.Done, Refused + counts.Refused);
        shares.Add((planned, spent));
    }

    public double Ratio(string call) => Measurement.MedianOf(Times[call].Attacked) / Measurement.MedianOf(Times[call].Control);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{engine}, {kind.Name}: {string.Join(", ", Times.Keys.Select(Text))}; {Failed} failed; "
        + $"{MemoryBytes / 1048576d:0} MiB; {Done} done, {Refused} refused; "
        + $"{Processors:0.00} processors, control {ControlProcessors:0.00}");

    private string Text(string call) => string.Create(
        CultureInfo.InvariantCulture,
        $"{call} {Measurement.MedianOf(Times[call].Attacked):0.00} against {Measurement.MedianOf(Times[call].Control):0.00} ms");

    private void AddTimes(string call, double[] attacked, double[] control)
    {
        Times[call].Attacked.Add(P99(attacked));
        Times[call].Control.Add(P99(control));
    }

    // No call was answered: there is no time, and the failures tell.
    private static double P99(double[] times) => times.Length == 0 ? double.NaN : Measurement.PercentileOf(times, 0.99);
}
