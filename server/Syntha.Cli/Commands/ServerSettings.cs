using System.CommandLine;
using System.CommandLine.Parsing;

namespace Syntha.Cli.Commands;

/// <summary>The server's settings on a command line: <c>--Section:Key=value</c>, or <c>--Section:Key value</c>.</summary>
internal static class ServerSettings
{
    private const string Example = "--Server:GrpcPort=50052";

    public static Argument<string[]> Argument()
    {
        var settings = new Argument<string[]>("settings")
        {
            Description = $"Settings of the server, such as {Example}. They may also stand in the environment, such as "
                + "SYNTHA_Server__GrpcPort=50052",
            Arity = ArgumentArity.ZeroOrMore,
        };
        settings.Validators.Add(Check);
        return settings;
    }

    /// <summary>
    /// Joins <c>--Section:Key value</c> at the beginning of the arguments to one argument. Without a command in front of it, a value
    /// such as <c>keys</c> would be taken for a command.
    /// </summary>
    public static string[] Join(string[] args)
    {
        var joined = new List<string>();
        var index = 0;
        while (index + 1 < args.Length && IsSetting(args[index]))
        {
            var hasValue = args[index].Contains('=', StringComparison.Ordinal);
            joined.Add(hasValue ? args[index] : $"{args[index]}={args[++index]}");
            index++;
        }

        return [.. joined, .. args[index..]];
    }

    // The server refuses a section or a key that it does not know. Whether a text is a setting at all is decided here.
    private static void Check(ArgumentResult result)
    {
        var tokens = result.Tokens.Select(token => token.Value).ToList();
        for (var index = 0; index < tokens.Count; index++)
        {
            var token = tokens[index];
            if (!IsSetting(token))
            {
                result.AddError($"'{token}' is no command, no option and no setting of the server. A setting is written as {Example}.");
            }
            else if (!token.Contains('=', StringComparison.Ordinal) && ++index == tokens.Count)
            {
                result.AddError($"The setting '{token}' has no value. Write {token}=value.");
            }
        }
    }

    private static bool IsSetting(string token) =>
        token.StartsWith("--", StringComparison.Ordinal) && token.Split('=', 2)[0].Contains(':', StringComparison.Ordinal);
}
