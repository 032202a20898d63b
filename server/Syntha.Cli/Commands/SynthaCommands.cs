using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;

namespace Syntha.Cli.Commands;

/// <summary>The program's commands: <c>serve</c>, which is the default, and those of an operator.</summary>
internal static class SynthaCommands
{
    /// <summary>How long a command that is interrupted may take to remove what it made on the server.</summary>
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(30);

    public static RootCommand Build()
    {
        var connection = new ConnectionOptionSet();
        var root = new RootCommand(
            "Syntha: a context server for AI agents. Without a command it serves. The other commands are for a server that runs, most of "
            + "them an operator's")
        {
            ServeCommand.Build(),
            UserCommands.Build(connection),
            KeyCommands.Build(connection),
            QuotaCommands.Build(connection),
            SessionsCommand.Build(connection),
            AuditCommand.Build(connection),
            RenewEpochsCommand.Build(connection),
            RotateKeysCommand.Build(connection),
            EncryptCommand.Build(),
            VerifyCommand.Build(connection),
            McpCommand.Build(),
            HistoryCommands.BuildHistory(),
            HistoryCommands.BuildDiff(),
            UndoCommands.BuildUndo(),
            UndoCommands.BuildRedact(),
        };
        connection.AddTo(root);
        root.Add(ReferenceCommand.Build(root, connection));
        return root;
    }

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var parsed = Parse(args);
        var isServing = parsed.CommandResult.Command.Name == ServeCommand.Name;
        if (parsed.Action is ParseErrorAction fault)
        {
            fault.ShowHelp = false;
        }

        var exitCode = await parsed.InvokeAsync(new()
        {
            Output = output,
            Error = errors,
            EnableDefaultExceptionHandler = false,
            // The server has a handler of its own for the signals that stop it.
            ProcessTerminationTimeout = isServing ? null : CleanUpTime,
        });
        if (parsed.Errors.Count == 0)
        {
            return exitCode;
        }

        await errors.WriteLineAsync($"Try '{Path(parsed.CommandResult)} --help'.");
        return ExitCodes.NotUnderstood;
    }

    /// <summary>Parses the arguments. Settings without a command are those of <c>serve</c>.</summary>
    public static ParseResult Parse(string[] args)
    {
        var root = Build();
        args = ServerSettings.Join(args);
        // By default `@name` would be replaced by the lines of a file of that name. Labels and names of users may begin with `@`.
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null };
        var parsed = root.Parse(args, configuration);
        var isAboutTheProgram = root.Options.Any(option => option is VersionOption or HelpOption && parsed.GetResult(option) is not null);
        var isServeMeant = parsed.CommandResult.Command == root && !isAboutTheProgram
            && parsed.UnmatchedTokens.FirstOrDefault("-").StartsWith('-');
        return isServeMeant ? root.Parse([ServeCommand.Name, .. args], configuration) : parsed;
    }

    private static string Path(CommandResult command) => command.Parent is CommandResult parent
        ? $"{Path(parent)} {command.Command.Name}"
        : "syntha";
}
