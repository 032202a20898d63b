namespace Syntha.Cli.Output;

/// <summary>The exit codes of the commands. The server has 2, 3 and 4 for its own start, see <c>ServerProgram</c>.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The server refused the call, or a part of the work failed, or something was found that is wrong.</summary>
    public const int Failed = 1;

    /// <summary>The command line has an error. Nothing was done.</summary>
    public const int NotUnderstood = 2;

    /// <summary>There is no server at the address, or its certificate is not trusted.</summary>
    public const int NoServer = 5;
}
