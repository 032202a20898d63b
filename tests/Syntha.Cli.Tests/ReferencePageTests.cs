namespace Syntha.Cli.Tests;

/// <summary><c>docs/reference/cli.md</c> is what the program prints of itself.</summary>
public sealed class ReferencePageTests
{
    [Fact]
    public async Task ReferencePage_IsWhatTheProgramPrints()
    {
        var (code, page, _) = await CommandRun.RunAsync("reference");

        Assert.Equal(0, code);
        Assert.True(
            page == await File.ReadAllTextAsync(Path.Combine(Root(), "docs/reference/cli.md"), TestContext.Current.CancellationToken),
            "docs/reference/cli.md is stale. Write it anew: syntha reference > docs/reference/cli.md");
    }

    [Fact]
    public async Task ReferencePage_ListsEachCommandThatHelpLists()
    {
        var (_, page, _) = await CommandRun.RunAsync("reference");

        foreach (var command in Commands.SynthaCommands.Build().Subcommands.Where(command => !command.Hidden))
        {
            Assert.Contains($"\n## syntha {command.Name}", page, StringComparison.Ordinal);
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Syntha.Grpc.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The sources are not above the tests.");
        }

        return folder.FullName;
    }
}
