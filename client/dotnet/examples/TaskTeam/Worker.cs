using System.Globalization;
using Syntha.Client;

namespace Syntha.Examples.TaskTeam;

/// <summary>A worker in C#: works off the tasks that no other one holds, until all are done.</summary>
internal sealed class Worker(ToolHandler me)
{
    private static readonly ClaimOptions Claim = new() { Lease = TimeSpan.FromSeconds(5) };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var open = (await me.GetContextPatternAsync("task/*", cancellationToken))
                .Where(task => !task.Value.GetProperty("done").GetBoolean()).Select(task => task.Key).ToList();
            if (open.Count == 0)
            {
                return;
            }

            var hasWorked = false;
            foreach (var task in open)
            {
                hasWorked |= await TryAsync(task, waits: false, cancellationToken);
            }

            if (!hasWorked)
            {
                await TryAsync(open[0], waits: true, cancellationToken);
            }
        }
    }

    // False: another worker has it.
    private async Task<bool> TryAsync(string task, bool waits, CancellationToken cancellationToken)
    {
        try
        {
            await using var claim = waits
                ? await me.AwaitClaimAsync(task, Claim, cancellationToken: cancellationToken)
                : await me.ClaimAsync(task, Claim, cancellationToken);
            if ((await me.GetContextAsync(task, cancellationToken))!.Value.GetProperty("done").GetBoolean())
            {
                return true; // by another one, just before
            }

            var number = int.Parse(task["task/".Length..], CultureInfo.InvariantCulture);
            var done = PushEntry.From(task, new { done = true, result = number * number });
            // Both, or nothing when the claim was lost meanwhile.
            await me.CommitContextAsync(
                [CommitOperation.Push(done), CommitOperation.Patch("done", ValuePatch.Increment())],
                new() { IfClaim = claim.Token },
                cancellationToken);
            return true;
        }
        catch (SynthaException refusal) when (refusal.Reason is ErrorReason.ClaimHeld or ErrorReason.ClaimLost)
        {
            return false;
        }
    }
}
