using System.Globalization;
using System.Text.RegularExpressions;

namespace Syntha.Architecture.Tests;

/// <summary>Each test class that the list of attacks in SECURITY.md names exists.</summary>
public sealed partial class AttackListTests
{
    private const int Attacks = 42;

    [Fact]
    public void Attacks_OfTheList_AreAllThereAndNameTestsThatExist()
    {
        var rows = Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, ".github", "SECURITY.md")));
        var classes = Repository.Files("tests", "*Tests.cs").Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(Enumerable.Range(1, Attacks), rows.Select(row => int.Parse(row.Groups["number"].Value, CultureInfo.InvariantCulture)));
        foreach (Match row in rows)
        {
            var named = Name().Matches(row.Groups["tests"].Value).Select(name => name.Groups[1].Value).ToList();
            Assert.True(named.Count > 0, $"Attack {row.Groups["number"]} names no test.");
            Assert.All(named, name => Assert.Contains(name, classes));
        }
    }

    [GeneratedRegex(@"^\| (?<number>[0-9]+) \|.*\| (?<tests>.+) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex Name();
}
