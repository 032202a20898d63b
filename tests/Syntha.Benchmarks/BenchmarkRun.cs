using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks;

/// <summary>The results of one run, and the settings that its scenarios share. Scenarios run one after the other.</summary>
internal sealed class BenchmarkRun(BenchmarkOptions options, ScratchFolder scratch) : IDisposable
{
    private readonly List<ResultLine> lines = [];
    private readonly List<string> notes = [];
    private readonly List<string> unsettled = [];

    public BenchmarkOptions Options => options;

    public RoundPlan Plan => options.Quick ? RoundPlan.Quick : RoundPlan.Full;

    public ScratchFolder Scratch => scratch;

    public GrpcProbe Probe { get; } = new();

    public H2Load H2Load { get; } = new(scratch.Path);

    public IReadOnlyList<ResultLine> Lines => lines;

    public IReadOnlyList<string> Notes => unsettled.Count == 0
        ? notes
        : [.. notes, $"Noisy: no two warm-up rounds agreed within 5 % for {string.Join("; ", unsettled)}."];

    public void Add(ResultLine line) => lines.Add(line);

    /// <summary>Adds a note, which is printed under the table.</summary>
    public void Note(string text) => notes.Add(text);

    /// <summary>Notes that the rounds of this contender never agreed.</summary>
    public void NoteUnsettled(string contender) => unsettled.Add(contender);

    /// <summary>Prints progress. It is not part of the result.</summary>
    public static void Report(string text) => Console.Error.WriteLine($"  {text}");

    /// <summary>Environment variables for each server that starts from now on, besides those of this process.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ServerEnvironment { get; set; } = [];

    public Task<ServerProcess> StartBareAsync(CancellationToken cancellationToken) =>
        Servers.StartBareAsync(Probe, NewEnvironment(), cancellationToken);

    public Task<ServerProcess> StartSynthaAsync(
        string dataFolder, CancellationToken cancellationToken, params IReadOnlyList<string> serverOptions) =>
        Servers.StartSynthaAsync(Probe, dataFolder, NewEnvironment(), cancellationToken, serverOptions);

    public Task<ServerProcess> StartSynthaAsync(
        GrpcRequest firstCall, string dataFolder, CancellationToken cancellationToken, params IReadOnlyList<string> serverOptions) =>
        Servers.StartSynthaAsync(Probe, firstCall, dataFolder, NewEnvironment(), cancellationToken, serverOptions);

    public void Dispose() => Probe.Dispose();

    // The log costs a line when a method is compiled, and nothing afterwards.
    private KeyValuePair<string, string>[] NewEnvironment() =>
        [.. ServerEnvironment, .. ServerProcess.LoggingCompiler(scratch.NewPath("compiled"))];
}
