using System.Diagnostics.CodeAnalysis;

using Syntha.Client;

namespace Syntha.Examples.UserIsolation;

/// <summary>The command line.</summary>
/// <param name="Server">The server's address.</param>
/// <param name="DataFolder">The server's data folder, to look into its files. <see langword="null"/>: only look through the server.</param>
internal sealed record Arguments(string Server, string? DataFolder)
{
    private const string Usage = """
        Usage: UserIsolation [--server http://host:port or host:port] [--data <folder>]
          --server  the Syntha server (default: the environment variable SYNTHA_SERVER, else http://127.0.0.1:50051)
          --data    the server's data folder, to check the isolation in its files as well
        """;

    internal static bool TryParse(string[] args, [NotNullWhen(true)] out Arguments? arguments, [NotNullWhen(false)] out string? complaint)
    {
        var parsed = new Arguments(new SynthaClientOptions().Address, DataFolder: null);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i], value)
            {
                case ("--server", { } server):
                    parsed = parsed with { Server = server };
                    break;
                case ("--data", { } folder):
                    parsed = parsed with { DataFolder = folder };
                    break;
                default:
                    (arguments, complaint) = (null, Usage);
                    return false;
            }
        }

        (arguments, complaint) = (parsed, null);
        return true;
    }
}
