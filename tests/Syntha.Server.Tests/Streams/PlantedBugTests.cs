using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Syntha.Server.Tests.Streams;

/// <summary>
/// The tests of streams can see loss: each bug is planted in a scratch copy of one source file, its project is built from that, and the
/// tests that it concerns run on the spoiled assembly, through real sockets like always. They must fail.
/// </summary>
[Trait("Runs", "Once")]
public sealed partial class PlantedBugTests(ITestOutputHelper output)
{
    // Out of the way of the project's own folders.
    private readonly string scratch = Directory.CreateTempSubdirectory("syntha-planted").FullName;

    public static TheoryData<string> Names => [.. PlantedBug.All.Select(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Bug_Planted_TurnsItsTestsRed(string name)
    {
        var bug = PlantedBug.All.Single(bug => bug.Name == name);
        try
        {
            Copy(AppContext.BaseDirectory, Path.Combine(scratch, "out"));
            await BuildAsync(bug);
            var ran = await RunAsync("dotnet", [Path.Combine(scratch, "out", "Syntha.Server.Tests.dll"), .. bug.Tests.SelectMany(Selected)]);
            var summary = Summary().Match(ran.Output);

            Assert.True(summary.Success && int.Parse(summary.Groups["failed"].ValueSpan, null) > 0, $"No test saw it:\n{ran.Output}");
            foreach (var test in bug.Tests)
                Assert.Contains($"{test}", FailedTests(ran.Output), StringComparison.Ordinal);
            output.WriteLine(FirstFault().Match(ran.Output).Value);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    [Fact]
    public async Task NoBugPlanted_TheSameTestsPass()
    {
        try
        {
            Copy(AppContext.BaseDirectory, Path.Combine(scratch, "out"));
            await BuildAsync(PlantedBug.All[0] with { Patches = [] });
            var ran = await RunAsync(
                "dotnet", [Path.Combine(scratch, "out", "Syntha.Server.Tests.dll"), .. PlantedBug.All.SelectMany(bug => bug.Tests).Distinct().SelectMany(Selected)]);

            Assert.True(ran.ExitCode == 0, ran.Output);
            Assert.NotEqual("0", Summary().Match(ran.Output).Groups["total"].Value);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static string[] Selected(string test) => ["-method", $"{typeof(PlantedBugTests).Namespace}.{test}"];

    private static string FailedTests(string output) => string.Join('\n', output.Split('\n').Where(line => line.Contains("[FAIL]", StringComparison.Ordinal)));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Syntha.Grpc.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The sources are not above the tests.");
        return folder.FullName;
    }

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
            Directory.CreateDirectory(folder.Replace(from, to + Path.DirectorySeparatorChar, StringComparison.Ordinal));
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, file.Replace(from, to + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }

    // Builds the one project against the assemblies that lie beside the tests, into the copy of them.
    private async Task BuildAsync(PlantedBug bug)
    {
        var original = Path.Combine(Root(), bug.File);
        var source = await File.ReadAllTextAsync(original, TestContext.Current.CancellationToken);
        foreach (var (right, wrong) in bug.Patches)
        {
            Assert.True(source.Contains(right, StringComparison.Ordinal), $"{bug.File} has changed; '{right}' is to be planted elsewhere.");
            source = source.Replace(right, wrong, StringComparison.Ordinal);
        }
        var planted = Path.Combine(scratch, Path.GetFileName(bug.File));
        await File.WriteAllTextAsync(planted, source, TestContext.Current.CancellationToken);
        var targets = Path.Combine(scratch, "planted.targets");
        await File.WriteAllTextAsync(
            targets, $"""<Project><ItemGroup><Compile Remove="{original}" /><Compile Include="{planted}" /></ItemGroup></Project>""", TestContext.Current.CancellationToken);
        var project = Directory.GetFiles(Path.Combine(Root(), string.Join('/', bug.File.Split('/')[..2])), "*.csproj").Single();
        var configuration = AppContext.BaseDirectory.Contains("release", StringComparison.Ordinal) ? "Release" : "Debug";
        var built = await RunAsync(
            "dotnet",
            [
                "build", project, "-c", configuration, "--no-restore", "-nologo", "-v:quiet", "-p:BuildProjectReferences=false", "-p:RunAnalyzers=false", "-p:ProduceReferenceAssembly=false",
                $"-p:OutDir={scratch}/out/", $"-p:IntermediateOutputPath={scratch}/obj/", $"-p:CustomAfterMicrosoftCommonTargets={targets}",
            ]);
        Assert.True(built.ExitCode == 0, built.Output);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var killing = TestContext.Current.CancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, await output + await errors);
    }

    [GeneratedRegex(@"Total: (?<total>\d+), Errors: \d+, Failed: (?<failed>\d+)")]
    private static partial Regex Summary();

    [GeneratedRegex(@"Collection: .*|Assert\.\w+\(\) Failure.*")]
    private static partial Regex FirstFault();
}
