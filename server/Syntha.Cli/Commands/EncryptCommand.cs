using System.CommandLine;
using System.Globalization;
using Syntha.Mesh.Stores;
using Syntha.Server.Hosting;
using Syntha.Storage.Encryption;

namespace Syntha.Cli.Commands;

/// <summary>
/// <c>syntha encrypt</c>: the one command that is no client. It works on what is stored, with the settings of the server that is to serve it,
/// while none does.
/// </summary>
internal static class EncryptCommand
{
    private const int Incomplete = 1;

    public static Command Build()
    {
        var command = new Command(
            "encrypt",
            "Encrypt data that was stored without encryption. Takes the server's settings, with Encryption:KeyRingPath; stop all servers first: " +
            "one without the ring writes nothing any more. May be interrupted, and goes on when it is called again")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            string[] settings = ["--Logging:LogLevel:Default=Error", .. parsed.UnmatchedTokens];
            return await ServerProgram.RunAsync(settings, parsed.InvocationConfiguration.Error, async app =>
            {
                var encryption = app.Services.GetRequiredService<StoreEncryption>();
                var count = await encryption.EncryptAsync(new Lines(output), cancellationToken);
                await output.WriteLineAsync(Text(count));
                return count.Failed == 0 ? 0 : Incomplete;
            });
        });
        return command;
    }

    private static string Text(StoreCount count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count.Done} of {count.Total} users, {count.Failed} failed");

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
