using System.Diagnostics;
using Syntha.Cli.Commands;

namespace Syntha.Cli.Tests;

/// <summary>Which command the arguments mean, and which arguments mean none.</summary>
public sealed class ArgumentTests
{
    private const string NoServer = "http://127.0.0.1:1";

    [Theory]
    [InlineData("--server", NoServer, "users", "list")]
    [InlineData("users", "--server", NoServer, "list")]
    [InlineData("users", "list", "--server", NoServer)]
    public async Task ConnectionOption_BeforeOrAfterTheCommand_IsTaken(params string[] args)
    {
        var (code, _, errors) = await CommandRun.RunAsync(args);

        Assert.Equal(5, code);
        Assert.StartsWith($"There is no server at {NoServer}: ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://syntha.example:1")]
    [InlineData("HTTP://192.0.2.1:1")]
    [InlineData("syntha.example:1")]
    public async Task Key_ToAnotherMachineWithoutTls_IsRefusedBeforeConnecting(string address)
    {
        var keyFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(keyFile, "syntha_key", TestContext.Current.CancellationToken);

            var (code, _, errors) = await CommandRun.RunAsync("users", "list", "--server", address, "--key-file", keyFile);

            Assert.Equal(2, code);
            Assert.Contains("in the clear", errors, StringComparison.Ordinal);
            Assert.Contains("--allow-key-without-tls", errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(keyFile);
        }
    }

    [Theory]
    [InlineData("--server", NoServer)]
    [InlineData("--server", "HTTPS://127.0.0.1:1")]
    [InlineData("--server", "http://localhost:1")]
    [InlineData("--allow-key-without-tls", "--server", "http://nowhere.invalid:1")]
    public async Task Key_ToThisMachineOrWhereItIsAllowed_IsSent(params string[] args)
    {
        var keyFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(keyFile, "syntha_key", TestContext.Current.CancellationToken);

            Assert.Equal(5, (await CommandRun.RunAsync(["users", "list", "--key-file", keyFile, .. args])).Code);
        }
        finally
        {
            File.Delete(keyFile);
        }
    }

    [Fact]
    public async Task Certificate_WithoutItsKey_IsRefused()
    {
        var (code, _, errors) = await CommandRun.RunAsync("users", "list", "--server", NoServer, "--cert", "client.pem");

        Assert.Equal(2, code);
        Assert.Contains("--cert-key", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--Server:GrpcPort=0")]
    [InlineData("--Server:GrpcPort=0", "--Storage:DataPath=data")]
    public void Settings_WithoutACommand_AreThoseOfServe(params string[] settings)
    {
        foreach (var parsed in new[] { SynthaCommands.Parse(settings), SynthaCommands.Parse(["serve", .. settings]) })
        {
            Assert.Equal("serve", parsed.CommandResult.Command.Name);
            Assert.Empty(parsed.Errors);
            Assert.Equal(settings, parsed.GetValue<string[]>("settings"));
        }
    }

    [Fact]
    public void Setting_WithAValueThatIsNamedLikeACommand_IsASetting()
    {
        var parsed = SynthaCommands.Parse(["--Server:GrpcPort=0", "--Storage:DataPath", "users"]);

        Assert.Equal("serve", parsed.CommandResult.Command.Name);
        Assert.Equal(["--Server:GrpcPort=0", "--Storage:DataPath=users"], parsed.GetValue<string[]>("settings")!);
    }

    [Theory]
    [InlineData("'--frobnicate'", "--frobnicate")]
    [InlineData("'--frobnicate'", "--frobnicate", "--Server:GrpcPort=0")]
    [InlineData("'frobnicate'", "serve", "frobnicate")]
    [InlineData("'frobnicate'", "frobnicate")]
    [InlineData("'frobnicate'", "encrypt", "--Server:GrpcPort=0", "frobnicate")]
    [InlineData("'--frobnicate'", "users", "list", "--frobnicate")]
    [InlineData("'--frobnicate'", "--frobnicate", "users", "list")]
    [InlineData("'--Server:GrpcPort=0'", "--Server:GrpcPort=0", "users", "list")]
    [InlineData("--Server:GrpcPort", "--Server:GrpcPort")]
    [InlineData("Sever:GrpcPort", "--Sever:GrpcPort=0")]
    [InlineData("GrpcPorts", "--Server:GrpcPorts=0")]
    [InlineData("--key-file", "--key-file", "key")]
    [InlineData("--key-file", "--key-file", "key", "serve")]
    [InlineData("--key-file", "serve", "--key-file", "key")]
    [InlineData("--server", "keys", "generate", "--server", NoServer)]
    [InlineData("--yes", "users", "delete", "alice")]
    [InlineData("'many'", "quotas", "set", "alice", "--items", "many")]
    [InlineData("'-1'", "quotas", "set", "alice", "--items", "-1")]
    [InlineData("--items", "quotas", "set", "alice")]
    [InlineData("'yesterday'", "audit", "--from", "yesterday")]
    [InlineData("--verify", "audit", "--heads", "file")]
    [InlineData("'ftp://127.0.0.1'", "users", "list", "--server", "ftp://127.0.0.1")]
    public async Task Argument_ThatIsUnknown_IsNamedAndExitsWith2(string named, params string[] args)
    {
        var (code, _, errors) = await CommandRun.RunAsync(args);

        Assert.Equal(2, code);
        Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_ThatBeginsWithAt_IsNoFileOfArguments()
    {
        var (code, _, errors) = await CommandRun.RunAsync("users", "stats", "@alice", "--server", NoServer);

        Assert.Equal(5, code);
        Assert.DoesNotContain("alice", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfTheProgram_NamesIt()
    {
        // The name is that of the process.
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "syntha.dll"), "users", "--help"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("  syntha users [command] [options]", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfServe_HasNoOptionOfAnOperator()
    {
        var (_, output, _) = await CommandRun.RunAsync("serve", "--help");

        Assert.Contains("--Server:GrpcPort=50052", output, StringComparison.Ordinal);
        Assert.DoesNotContain("--key-file", output, StringComparison.Ordinal);
    }
}
