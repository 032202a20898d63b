using System.Globalization;

namespace Syntha.Server.Tests.Support;

/// <summary>
/// How often a test kills its server. Each time costs a start, so a run kills a few times; <c>SYNTHA_KILL_ROUNDS</c> asks for more.
/// </summary>
internal static class KillRounds
{
    public static int Or(int few) =>
        int.TryParse(Environment.GetEnvironmentVariable("SYNTHA_KILL_ROUNDS"), CultureInfo.InvariantCulture, out var asked) ? asked : few;
}
