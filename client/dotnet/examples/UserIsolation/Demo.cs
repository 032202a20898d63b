using Syntha.Client;
using Syntha.Examples.UserIsolation.Verification;

namespace Syntha.Examples.UserIsolation;

/// <summary>Both programs of the seed, one after the other, and then the proof that what they show is true.</summary>
internal static class Demo
{
    internal static async Task<int> RunAsync(Arguments arguments, TextWriter output, CancellationToken cancellationToken)
    {
        await using var client = new SynthaClient(arguments.Server);

        await BasicExample.RunAsync(client, output, cancellationToken);
        await output.WriteLineAsync();
        await MultiUserExample.RunAsync(client, output, cancellationToken);

        var findings = new Findings(output);
        await output.WriteLineAsync("\n🔬 Verification from the inside");
        var secrets = UserSecrets.ForEachUser();
        await ActionsCheck.RunAsync(client, findings, cancellationToken);
        await InsideCheck.RunAsync(client, secrets, findings, cancellationToken);
        if (arguments.DataFolder is { } folder)
        {
            await output.WriteLineAsync("\n🔬 Verification from the outside");
            OutsideCheck.Run(folder, secrets, findings);
        }

        await InsideCheck.CleanUpAsync(client, secrets, cancellationToken);

        await output.WriteLineAsync(findings.Violations == 0
            ? $"\n✅ Isolation holds: {findings.Checks} checks"
            : $"\n❌ Isolation is violated: {findings.Violations} of {findings.Checks} checks failed");
        return findings.Violations == 0 ? ExitCode.Isolated : ExitCode.Violated;
    }
}
