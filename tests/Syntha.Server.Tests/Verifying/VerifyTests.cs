using System.Diagnostics;
using Syntha.Cli.Attacks;
using Syntha.Cli.Verifying;

namespace Syntha.Server.Tests.Verifying;

/// <summary>Runs <c>syntha verify</c> against servers that hold: it finds no leak and leaves no user behind.</summary>
[Collection("Verifying")]
public sealed class VerifyTests(SharedServer open, SecuredServer secured)
{
    [Fact]
    public async Task Verify_ServerWithCredentials_TriesEverythingAndLeavesNobodyBehind()
    {
        var before = Verified(secured);
        var (code, output) = await Operator.VerifyAsync(secured.Grpc.ToString(), OperatorKey.Secret);

        Assert.True(code == 0, output);
        Assert.Equal(AllAttacks.InOrder.Count, Count(output, "  held"));
        Assert.Contains($"{AllAttacks.InOrder.Count} attacks: nothing leaked.", output, StringComparison.Ordinal);
        Assert.Equal(before, Verified(secured));
        var keys = await secured.Operator(OperatorKey.Secret).ListApiKeysAsync(new() { PageSize = 1_000 });
        Assert.Contains(keys.Keys, key => key.Label == "syntha verify");
        Assert.All(keys.Keys.Where(key => key.Label == "syntha verify"), key => Assert.NotNull(key.RevokeTime));
    }

    [Fact]
    public async Task Verify_ServerWithoutCredentials_LeavesOutWhatIsAboutThem()
    {
        var before = Verified(open);
        var (code, output) = await Operator.VerifyAsync(open.Grpc.ToString(), key: null);

        Assert.True(code == 0, output);
        var without = AllAttacks.InOrder.Count(attack => attack.NeedsCredentials);
        Assert.Equal((AllAttacks.InOrder.Count - without, without), (Count(output, "  held"), Count(output, "  left out")));
        Assert.Equal(before, Verified(open));
    }

    [Fact]
    public async Task Verify_WithoutTheKeyThatIsNeeded_IsRefusedAndChecksNothing()
    {
        var (code, output) = await Operator.VerifyAsync(secured.Grpc.ToString(), key: null);

        Assert.Equal(1, code);
        Assert.DoesNotContain("  held", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_StoppedInTheMiddle_LeavesNobodyBehind()
    {
        var before = Verified(open);
        using var stopping = new CancellationTokenSource();
        var most = 0;
        await using var way = await LeakyServer.StartAsync(open.Grpc, async call =>
        {
            if (!call.Is("Subscribe") || stopping.IsCancellationRequested)
            {
                return;
            }

            most = Verified(open).Count - before.Count;
            await stopping.CancelAsync();
        });
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(way.Address);
        using var output = new StringWriter();

        await Assert.ThrowsAsync<RpcException>(() => new Verification(channel, operatorKey: null, output).RunAsync(stopping.Token));

        Assert.Equal(2, most);
        Assert.Equal(before, Verified(open));
        Assert.DoesNotContain("Left behind", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_InterruptedAtTheKeyboard_LeavesNobodyBehind()
    {
        var before = Verified(secured);
        Process? command = null;
        var (most, interrupted) = (0, 0);
        await using var way = await LeakyServer.StartAsync(secured.Grpc, async call =>
        {
            if (!call.Is("Subscribe") || Interlocked.Exchange(ref interrupted, 1) != 0)
            {
                return;
            }

            most = Verified(secured).Count - before.Count;
            using var kill = Process.Start("kill", ["-INT", $"{command!.Id}"]);
            await kill.WaitForExitAsync();
        });
        var start = new ProcessStartInfo("dotnet", [ServerProcess.ServerFile, "verify", "--server", way.Address])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SYNTHA_OPERATOR_KEY"] = OperatorKey.Secret;
        using (command = Process.Start(start)!)
        {
            var texts = await Task.WhenAll(
                command.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
                command.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await command.WaitForExitAsync(TestContext.Current.CancellationToken);

            var told = string.Concat(texts);
            Assert.Equal((2, 1), (most, interrupted));
            Assert.NotEqual(0, command.ExitCode);
            Assert.DoesNotContain("nothing leaked", told, StringComparison.Ordinal);
            Assert.DoesNotContain("Left behind", told, StringComparison.Ordinal);
        }
        Assert.Equal(before, Verified(secured));
        var all = await secured.Operator(OperatorKey.Secret).ListApiKeysAsync(new() { PageSize = 1_000 });
        var keys = all.Keys.Where(key => key.Label == "syntha verify").ToList();
        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.NotNull(key.RevokeTime));
    }

    private static int Count(string output, string word) => output.Split('\n').Count(line => line.Contains(word, StringComparison.Ordinal));

    // In one collection with the tests that leave a user behind on purpose.
    private static List<string> Verified(TestServer server) =>
        [.. server.StoreNames().Where(name => name.StartsWith("verify", StringComparison.Ordinal))];
}
