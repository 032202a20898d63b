using Syntha.Client;
using Syntha.Examples.UserIsolation.Verification;

namespace Syntha.Examples.UserIsolation;

/// <summary>Both programs of the seed, one after the other, and then the proof that they show the truth.</summary>
internal static class Demo
{
    internal static async Task<int> RunAsync(Arguments arguments, TextWriter output, CancellationToken cancellationToken)
    {
        await using var client = new SynthaClient(arguments.Server);
        var findings = new Findings(output);
        var secrets = UserSecrets.ForEachUser();

        await findings.GuardAsync("the first program of the seed", () => BasicExample.RunAsync(client, output, cancellationToken));
        await output.WriteLineAsync();
        await findings.GuardAsync("the second program of the seed", () => MultiUserExample.RunAsync(client, output, cancellationToken));

        await output.WriteLineAsync("\n🔬 Verification from the inside");
        await findings.GuardAsync("the remaining actions", () => ActionsCheck.RunAsync(client, findings, cancellationToken));
        await findings.GuardAsync("the look from the inside", () => InsideCheck.RunAsync(client, secrets, findings, cancellationToken));
        if (arguments.DataFolder is { } folder)
        {
            await output.WriteLineAsync("\n🔬 Verification from the outside");
            OutsideCheck.Run(folder, secrets, findings);
        }

        await findings.GuardAsync("the clean-up", () => InsideCheck.CleanUpAsync(client, secrets, cancellationToken));
        await output.WriteLineAsync(findings.Violations == 0
            ? $"\n✅ Isolation holds: {findings.Checks} checks"
            : $"\n❌ Isolation is violated: {findings.Violations} of {findings.Checks} checks failed");
        return findings.Violations == 0 ? ExitCode.Isolated : ExitCode.Violated;
    }
}
