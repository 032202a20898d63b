using System.CommandLine;
using Syntha.Server.Hosting;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha serve</c>, which is also <c>syntha</c> without a command.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    public static Command Build()
    {
        var settings = ServerSettings.Argument();
        var command = new Command(Name, "Serve until the process is told to stop") { settings };
        command.SetAction((parsed, _) => ServerProgram.ServeAsync(parsed.GetValue(settings)!, parsed.InvocationConfiguration.Error));
        return command;
    }
}
