using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

using Syntha.Client.Testing;
using Syntha.Client.Tests.RealServer;
using Syntha.Examples.UserIsolation;

namespace Syntha.Client.Tests.Demo;

/// <summary>The example tells the truth: it succeeds on an isolating server, and fails on every leak that is planted.</summary>
public sealed partial class DemoTests
{
    // Run the program where it was built: the copy beside the tests lacks files that the tests get from the ASP.NET Core framework.
    private static readonly string DemoPath = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "UserIsolation", new DirectoryInfo(AppContext.BaseDirectory).Name, "UserIsolation.dll"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_IsolatingServer_PrintsWhatTheSeedsProgramsPrint_AndIsolationHolds()
    {
        await using var server = await SynthaTestServer.StartAsync(cancellationToken: Token);

        var (code, output) = await RunAsync(server.Address, server.DataFolder);

        Assert.StartsWith(await SeedOutputAsync(), Moment().Replace(output, "<time>"), StringComparison.Ordinal);
        Assert.Contains("✅ the folder of alice holds what alice wrote", output, StringComparison.Ordinal);
        Assert.DoesNotContain("❌", output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Isolated, code);
    }

    [Fact]
    public async Task Run_SecondTime_SucceedsAndLeavesOnlyTheApplicationsKeys()
    {
        await using var server = await SynthaTestServer.StartAsync(cancellationToken: Token);
        await RunAsync(server.Address, server.DataFolder);

        var (code, output) = await RunAsync(server.Address, server.DataFolder);

        Assert.DoesNotContain("❌", output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Isolated, code);
        Assert.Equal(
            ["conversations", "preferences", "profile"],
            await server.Client.ForUser("alice").ListAsync(cancellationToken: Token).Select(item => item.Key).ToListAsync(Token));
    }

    [Fact]
    public async Task Run_NoServer_IsAFailureAndNoViolation()
    {
        string address;
        await using (var server = await SynthaTestServer.StartAsync(cancellationToken: Token))
        {
            address = server.Address;
        }

        Assert.Equal(ExitCode.Failed, (await RunAsync(address)).Code);
    }

    [Theory]
    [InlineData("alice", "bob", "charlie")]
    [InlineData("alice", "bob")]
    [InlineData("bob", "charlie")]
    public async Task Run_ServerThatSharesAStore_FailsFromTheInside(params string[] sharing)
    {
        await using var server = await SynthaTestServer.StartAsync(cancellationToken: Token);
        await using var leaky = await Proxy.StartAsync(server.Address, user => sharing.Contains(user) ? "shared" : user);

        var (code, output) = await RunAsync(leaky.Address);

        Assert.Equal(ExitCode.Violated, code);
        Assert.Contains($"❌ VIOLATION: not true that: {sharing[0]} reads back what they wrote", output, StringComparison.Ordinal);
        Assert.Matches($"none of the .* items that {sharing[^1]} can see holds anything of {sharing[0]} \\(", output);
        Assert.Contains("❌ Isolation is violated", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OneStoreForAllUsers_FailsFromTheOutsideToo()
    {
        await using var server = await SynthaTestServer.StartAsync(cancellationToken: Token);
        await using var leaky = await Proxy.StartAsync(server.Address, _ => "shared");

        var (code, output) = await RunAsync(leaky.Address, server.DataFolder);

        Assert.Equal(ExitCode.Violated, code);
        Assert.Contains("not true that: the folder of alice holds what alice wrote", output, StringComparison.Ordinal);
        Assert.Contains("not true that: nothing of alice is outside of that folder", output, StringComparison.Ordinal);
        Assert.Contains("users/shared/context.db", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnotherUsersTextInAUsersFolder_FailsFromTheOutsideAlone()
    {
        await using var server = await SynthaTestServer.StartAsync(cancellationToken: Token);
        await RunAsync(server.Address);
        await File.WriteAllTextAsync(Path.Combine(server.DataFolder, "users", "alice", "leak.bin"), "..Hola, necesito ayuda..", Token);

        var (code, output) = await RunAsync(server.Address, server.DataFolder);

        Assert.Equal(ExitCode.Violated, code);
        Assert.Contains(
            "❌ VIOLATION: not true that: nothing of bob is outside of that folder, in", output, StringComparison.Ordinal);
        Assert.Contains("'Hola, necesito ayuda' is in users/alice/leak.bin", output, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(output, "❌ VIOLATION"));
    }

    [Fact]
    public async Task Run_WrongDataFolder_FailsForWantOfThePositiveControl()
    {
        await using var server = await SynthaTestServer.StartAsync(cancellationToken: Token);

        var (code, output) = await RunAsync(server.Address, Path.Combine(server.DataFolder, "nothing"));

        Assert.Equal(ExitCode.Violated, code);
        Assert.Contains("the folder is missing or empty", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--server")]
    [InlineData("--unknown", "x")]
    [InlineData("file")]
    public void Arguments_NotUnderstood_AreAnsweredWithTheUsage(params string[] args)
    {
        Assert.False(Arguments.TryParse(args, out _, out var complaint));
        Assert.StartsWith("Usage:", complaint, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+")]
    private static partial Regex Moment();

    // The program is a process of its own, as people run it. It reads the server's files. Within the server's process, closing a file would
    // drop the server's locks on it.
    private static async Task<(int Code, string Output)> RunAsync(string address, string? dataFolder = null)
    {
        var start = new ProcessStartInfo("dotnet", [DemoPath, "--server", address])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        if (dataFolder is not null)
        {
            start.ArgumentList.Add("--data");
            start.ArgumentList.Add(dataFolder);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, output);
    }

    private static async Task<string> SeedOutputAsync()
    {
        await using var stream = typeof(DemoTests).Assembly.GetManifestResourceStream("seed-output.txt")!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Token);
    }
}
