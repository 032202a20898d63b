using System.CommandLine;
using Syntha.Cli.Output;
using Syntha.Mesh.Stores;
using Syntha.Server.Hosting;
using Syntha.Storage.Encryption;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha encrypt</c>. It opens the store itself, with the server's settings, while no server runs.</summary>
internal static class EncryptCommand
{
    public static Command Build()
    {
        var settings = ServerSettings.Argument();
        var command = new Command(
            "encrypt",
            "Encrypt data that was stored without encryption. It takes the server's settings with Encryption:KeyRingPath. Stop all servers "
            + "first: a server without the key ring can write nothing afterwards. The command may be interrupted. Called again, it goes on")
        {
            settings,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            return ServerProgram.RunAsync(["--Logging:LogLevel:Default=Error", .. parsed.GetValue(settings)!], errors, async app =>
            {
                var encryption = app.Services.GetRequiredService<StoreEncryption>();
                var count = await encryption.EncryptAsync(new Lines(output), cancellationToken);
                await output.WriteLineAsync(Text(count));
                return count.Failed == 0 ? ExitCodes.Done : ExitCodes.Failed;
            });
        });
        return command;
    }

    private static string Text(StoreCount count) => StoreProgress.Text(count.Done, count.Failed, count.Total);

    private sealed class Lines(TextWriter output) : IProgress<StoreCount>
    {
        private const int Every = 100;

        public void Report(StoreCount value)
        {
            if ((value.Done + value.Failed) % Every == 0)
            {
                output.WriteLine(Text(value));
            }
        }
    }
}
