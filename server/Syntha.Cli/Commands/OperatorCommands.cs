using System.CommandLine;
using Syntha.Cli.Connections;

namespace Syntha.Cli.Commands;

/// <summary>
/// The commands of an operator: the same program as the server, as a client of its Administration. Exit codes: 0 done, 1 refused by the
/// server, or not done for all users, 2 not understood, 5 no server.
/// </summary>
internal static class OperatorCommands
{
    private const int NotUnderstood = 2;

    /// <summary>Whether the arguments are a command. Settings of the server begin with a dash.</summary>
    public static bool AreMeant(string[] args) => args is [var first, ..] && (!first.StartsWith('-') || first is "--help" or "-h" or "-?" or "--version");

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var connection = new ConnectionOptionSet();
        var root = new RootCommand(
            "Syntha: a context server for AI agents. Without a command it serves, and takes settings such as --Server:GrpcPort=50052. " +
            "The commands are an operator's, for a server that runs.")
        {
            UserCommands.Build(connection),
            KeyCommands.Build(connection),
            QuotaCommands.Build(connection),
            SessionCommands.Build(connection),
            AuditCommands.Build(connection),
            RestoreCommands.Build(connection),
            RotateCommand.Build(connection),
            EncryptCommand.Build(),
            VerifyCommand.Build(connection),
        };
        connection.AddTo(root);
        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync(new()
        {
            Output = output,
            Error = errors,
            EnableDefaultExceptionHandler = false,
            // What a command made it takes away when it is stopped, and half of an export as well.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        });
        return parsed.Errors.Count > 0 ? NotUnderstood : code;
    }
}
