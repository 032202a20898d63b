using System.Globalization;

namespace Syntha.Server.Tests.Operations;

/// <summary>How often a test erases a user under load. A run does it a few times; <c>SYNTHA_ERASE_ROUNDS</c> asks for more.</summary>
internal static class EraseRounds
{
    public static int Or(int few) =>
        int.TryParse(Environment.GetEnvironmentVariable("SYNTHA_ERASE_ROUNDS"), CultureInfo.InvariantCulture, out var asked) ? asked : few;
}
