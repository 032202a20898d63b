using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Syntha.Architecture.Tests;

/// <summary>The commands in CONTRIBUTING.md that run a part of a suite find tests.</summary>
public sealed partial class ContributingTests
{
    public static TheoryData<string, string, string> Filters =>
    [
        .. Filter().Matches(File.ReadAllText(Path.Combine(Repository.Root, ".github", "CONTRIBUTING.md")))
            .Select(line => (line.Groups["project"].Value, line.Groups["kind"].Value, line.Groups["pattern"].Value)),
    ];

    [Theory]
    [MemberData(nameof(Filters))]
    public void Filter_OfACommand_MatchesATest(string project, string kind, string pattern)
    {
        var tests = Repository.Files(project, "*.cs").SelectMany(file => Tests(File.ReadAllText(file)));

        Assert.Contains(tests, test => FileSystemName.MatchesSimpleExpression(pattern, kind == "class" ? test.Class : test.Method));
    }

    // One test class a file is the rule. The class that stands before a test is the one that holds it.
    private static IEnumerable<(string Class, string Method)> Tests(string text)
    {
        var space = Namespace().Match(text).Groups[1].Value;
        foreach (Match test in Test().Matches(text))
        {
            var holder = $"{space}.{Class().Matches(text[..test.Index]).Last().Groups[1].Value}";
            yield return (holder, $"{holder}.{test.Groups[1].Value}");
        }
    }

    [GeneratedRegex("""dotnet test --project (?<project>\S+) .*--filter-(?<kind>class|method) '(?<pattern>[^']+)'""")]
    private static partial Regex Filter();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"\[(?:Fact|Theory)\b[^;{]*?public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex Test();
}
