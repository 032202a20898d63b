using System.Text.RegularExpressions;

namespace Syntha.Server.Tests.Streams;

/// <summary>
/// Shows that the tests of streams see loss. Each bug is planted in a scratch copy of one source file, and its assembly is compiled from
/// the copy. The bug's tests then run on that assembly through real sockets, as always, and must fail.
/// </summary>
[Trait("Runs", "Once")]
public sealed partial class PlantedBugTests(SpoiledBuild build, ITestOutputHelper output) : IClassFixture<SpoiledBuild>
{
    public static TheoryData<string> Names => [.. PlantedBug.All.Select(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Bug_Planted_TurnsItsTestsRed(string name)
    {
        var bug = PlantedBug.All.Single(bug => bug.Name == name);
        var ran = await SpoiledBuild.RunAsync("dotnet", [await build.BuildAsync(bug), .. bug.Tests.SelectMany(Selected)]);
        var summary = Summary().Match(ran.Output);

        Assert.True(summary.Success && int.Parse(summary.Groups["failed"].ValueSpan, null) > 0, $"No test saw it:\n{ran.Output}");
        foreach (var test in bug.Tests)
        {
            Assert.Contains($"{test}", FailedTests(ran.Output), StringComparison.Ordinal);
        }

        output.WriteLine(FirstFault().Match(ran.Output).Value);
    }

    [Fact]
    public async Task NoBugPlanted_TheSameTestsPass()
    {
        var program = await build.BuildAsync(PlantedBug.All[0] with { Patches = [] });
        var ran = await SpoiledBuild.RunAsync(
            "dotnet", [program, .. PlantedBug.All.SelectMany(bug => bug.Tests).Distinct().SelectMany(Selected)]);

        Assert.True(ran.ExitCode == 0, ran.Output);
        Assert.NotEqual("0", Summary().Match(ran.Output).Groups["total"].Value);
    }

    private static string[] Selected(string test) => ["-method", $"{typeof(PlantedBugTests).Namespace}.{test}"];

    private static string FailedTests(string output) =>
        string.Join('\n', output.Split('\n').Where(line => line.Contains("[FAIL]", StringComparison.Ordinal)));

    [GeneratedRegex(@"Total: (?<total>\d+), Errors: \d+, Failed: (?<failed>\d+)")]
    private static partial Regex Summary();

    [GeneratedRegex(@"Collection: .*|Assert\.\w+\(\) Failure.*")]
    private static partial Regex FirstFault();
}
