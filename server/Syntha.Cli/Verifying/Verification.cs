using Grpc.Core;
using Syntha.Cli.Attacks;
using Syntha.Cli.Output;
using Syntha.Cli.Probing;

namespace Syntha.Cli.Verifying;

/// <summary>Tries every attack against a live server, tells what became of it, and takes away whatever it made there.</summary>
internal sealed class Verification(ChannelBase channel, string? operatorKey, TextWriter output)
{
    private readonly TextTable table = new("ATTACK", "CONTROL", "RESULT");
    private int held;
    private int leaked;
    private int notChecked;
    private int leftOut;

    /// <returns>Whether every attack was held off, and nothing is left behind.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var stage = new Stage(channel, operatorKey, cancellationToken);
        try
        {
            await stage.MakeUsersAsync();
            foreach (var attack in AllAttacks.InOrder)
            {
                table.Add(attack.Name, attack.Control, await TryAsync(attack, stage, cancellationToken));
            }

            await table.WriteAsync(output);
            await output.WriteLineAsync();
            await output.WriteLineAsync(Summary());
        }
        finally
        {
            // Also when the command is stopped, which is why it does not stop by that token.
            foreach (var left in await stage.CleanUpAsync())
            {
                leaked++;
                await output.WriteLineAsync($"Left behind: {left}.");
            }
        }
        return leaked + notChecked == 0;
    }

    private async Task<string> TryAsync(Attack attack, Stage stage, CancellationToken cancellationToken)
    {
        if (attack.NeedsCredentials && !stage.HasCredentials)
        {
            leftOut++;
            return "left out: the server is run without credentials";
        }
        try
        {
            await attack.RunAsync(stage);
            held++;
            return "held";
        }
        catch (LeakException leak)
        {
            leaked++;
            return $"LEAKED: {leak.Message}";
        }
        // Whatever else: an answer of a broken server may be anything.
        catch (Exception broken) when (!cancellationToken.IsCancellationRequested)
        {
            notChecked++;
            return $"not checked, blocked because broken: {(broken as RpcException)?.Status.Detail ?? broken.Message}";
        }
    }

    private string Summary()
    {
        var tried = held + leaked + notChecked;
        var result = leaked > 0 ? $"{leaked} LEAKED" : "nothing leaked";
        var unclear = notChecked > 0 ? $", {notChecked} could not be checked" : "";
        var without = leftOut > 0 ? $"; {leftOut} more are about credentials: give an operator's key" : "";
        return $"{tried} attacks: {result}{unclear}{without}.";
    }
}
