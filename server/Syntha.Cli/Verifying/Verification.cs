using Grpc.Core;
using Syntha.Cli.Attacks;
using Syntha.Cli.Output;
using Syntha.Cli.Probing;

namespace Syntha.Cli.Verifying;

/// <summary>Tries each attack on a live server, reports its result, and removes all that was made there.</summary>
/// <param name="channel">The way to the server.</param>
/// <param name="operatorKey">The operator's key. Null: the server needs no credentials.</param>
/// <param name="output">Takes the table.</param>
/// <param name="tries">Whether an attack of this name is tried. Null: every attack is.</param>
internal sealed class Verification(ChannelBase channel, string? operatorKey, TextWriter output, Predicate<string>? tries = null)
{
    private readonly TextTable table = new("ATTACK", "CONTROL", "RESULT");
    private int held;
    private int leaked;
    private int notChecked;
    private int leftOut;

    /// <returns>Whether the server held against each attack, and nothing is left behind.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var probe = new Probe(channel, operatorKey, cancellationToken);
        try
        {
            await probe.MakeUsersAsync();
            foreach (var attack in AllAttacks.InOrder.Where(attack => tries?.Invoke(attack.Name) != false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                table.Add(attack.Name, attack.Control, await TryAsync(attack, probe, cancellationToken));
            }

            // An interrupted attack may look like one that the server held against.
            cancellationToken.ThrowIfCancellationRequested();
            await table.WriteAsync(output);
            await output.WriteLineAsync();
            await output.WriteLineAsync(Summary());
        }
        finally
        {
            // This runs also when the command is stopped, so it does not stop by the command's token.
            foreach (var left in await probe.CleanUpAsync())
            {
                leaked++;
                await output.WriteLineAsync($"Left behind: {left}.");
            }
        }
        return leaked + notChecked == 0;
    }

    private async Task<string> TryAsync(Attack attack, Probe probe, CancellationToken cancellationToken)
    {
        if (attack.NeedsCredentials && !probe.HasCredentials)
        {
            leftOut++;
            return "left out: the server needs no credentials";
        }
        try
        {
            await attack.RunAsync(probe);
            held++;
            return "held";
        }
        catch (LeakException leak)
        {
            leaked++;
            return $"LEAKED: {leak.Message}";
        }
        // A broken server may answer anything, so any exception may come.
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
        var without = leftOut > 0 ? $"; {leftOut} more are about credentials and need an operator's key" : "";
        return $"{tried} attacks: {result}{unclear}{without}.";
    }
}
