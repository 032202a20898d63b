using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Syntha.Cli.Commands;

/// <summary>The reference of the commands as a page of Markdown.</summary>
internal static class Reference
{
    private const string Head =
        """
        # The command line

        Every command of `syntha`. The program writes this page itself, by `syntha reference > docs/reference/cli.md`: change the program,
        and not the page.

        An operator's command calls a server that runs. Its connection options may stand before or after the command:


        """;

    private const string ExitCodes =
        """

        ## Exit codes

        | Code | Meaning |
        |---|---|
        | 0 | Done. |
        | 1 | The server refused the call, a part of the work failed, or `verify` or `audit --verify` found a fault. |
        | 2 | The command line or a setting has an error. Nothing was done. |
        | 3 | `serve`, `encrypt`: the data folder or the database cannot be used. |
        | 4 | `serve`: another program listens at the address. |
        | 5 | There is no server at the address, or its certificate is not accepted. |

        """;

    /// <param name="root">The program.</param>
    /// <param name="connection">The options that all commands of an operator take. They are listed once.</param>
    public static string Of(RootCommand root, IReadOnlyList<Option> connection)
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        AddOptions(page, connection);
        foreach (var command in root.Subcommands.Where(command => !command.Hidden))
        {
            Add(page, command, "syntha", connection);
        }

        return page.Append(ExitCodes.ReplaceLineEndings("\n")).ToString();
    }

    private static void Add(StringBuilder page, Command command, string parent, IReadOnlyList<Option> connection)
    {
        var name = $"{parent} {command.Name}";
        if (command.Subcommands.Count > 0)
        {
            foreach (var child in command.Subcommands.Where(child => !child.Hidden))
            {
                Add(page, child, name, connection);
            }

            return;
        }

        var arguments = string.Concat(command.Arguments.Select(argument => $" {Placeholder(argument)}"));
        var own = command.Options.Except(connection).ToList();
        var options = command.Options.Count > 0 ? " [options]" : "";
        page.Append(CultureInfo.InvariantCulture, $"\n## {name}\n\n{Sentences(command.Description)}\n\n");
        page.Append(CultureInfo.InvariantCulture, $"```text\n{name}{arguments}{options}\n```\n");
        if (command.Arguments.Count + own.Count > 0)
        {
            page.Append('\n');
        }

        if (command.Arguments.Count > 0)
        {
            page.Append("| Argument | Meaning |\n|---|---|\n");
            foreach (var argument in command.Arguments)
            {
                page.Append(CultureInfo.InvariantCulture, $"| `{Placeholder(argument)}` | {Sentences(argument.Description)} |\n");
            }
        }

        if (own.Count > 0)
        {
            page.Append(command.Arguments.Count > 0 ? "\n" : "");
            AddOptions(page, own);
        }
    }

    private static void AddOptions(StringBuilder page, IEnumerable<Option> options)
    {
        page.Append("| Option | Meaning |\n|---|---|\n");
        foreach (var option in options)
        {
            var value = option.HelpName is { } name ? $" <{name}>" : "";
            var standard = option.HasDefaultValue ? option.GetDefaultValue() : null;
            var note = standard is null or false ? "" : $" Default: {standard}.";
            var meaning = Sentences(option.Description) + note;
            page.Append(CultureInfo.InvariantCulture, $"| `{Cell(option.Name + value)}` | {Cell(meaning)} |\n");
        }
    }

    private static string Placeholder(Argument argument) =>
        argument.Arity.MinimumNumberOfValues > 0 ? $"<{argument.Name}>"
        : argument.Arity.MaximumNumberOfValues == 1 ? $"[<{argument.Name}>]"
        : $"[<{argument.Name}>…]";

    // A description has no full stop at its end, as usual in help texts, and may end with a note in brackets.
    private static string Sentences(string? description) =>
        string.IsNullOrEmpty(description) || description.EndsWith(']') ? description ?? "" : $"{description}.";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
