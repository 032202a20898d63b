namespace Syntha.Examples.UserIsolation;

/// <summary>The program's exit codes.</summary>
internal static class ExitCode
{
    internal const int Isolated = 0;
    internal const int Violated = 1;
    internal const int Usage = 2;
    internal const int Failed = 3;
}
