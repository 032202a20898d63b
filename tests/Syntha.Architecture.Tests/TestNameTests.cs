using System.Text.RegularExpressions;

namespace Syntha.Architecture.Tests;

/// <summary>
/// A class of tests has a name that no other class of tests has, in any project. SECURITY.md and people name a test by its class alone.
/// </summary>
public sealed partial class TestNameTests
{
    [Fact]
    public void ClassesOfTests_OfAllProjects_HaveNamesOfTheirOwn()
    {
        // The parts of a partial class lie in one folder.
        var twice = Repository.Files("tests", "*.cs")
            .SelectMany(file => Declaration().Matches(File.ReadAllText(file))
                .Select(match => (Name: match.Groups[1].Value, Folder: Path.GetDirectoryName(file))))
            .Distinct()
            .GroupBy(declared => declared.Name, declared => declared.Folder, StringComparer.Ordinal)
            .Where(places => places.Count() > 1)
            .Select(places => $"{places.Key}: {string.Join(", ", places)}");

        Assert.Empty(twice);
    }

    [GeneratedRegex(@"^(?:public|internal)[a-z ]* class (\w+Tests)\b", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
