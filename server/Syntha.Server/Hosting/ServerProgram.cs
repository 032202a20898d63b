using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Syntha.Storage.Ground;

namespace Syntha.Server.Hosting;

/// <summary>
/// The server as a program, for the command line. A fault of the settings or of the place is one line, and has an exit code.
/// </summary>
internal static class ServerProgram
{
    private const int ConfigurationFault = 2;
    private const int StorageFault = 3;
    private const int AddressTaken = 4;

    /// <summary>Serves until the process is told to stop.</summary>
    /// <param name="settings">The server's settings, such as <c>--Server:GrpcPort=0</c>.</param>
    /// <param name="errors">Where the reason is written when the server cannot start.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> ServeAsync(string[] settings, TextWriter errors) => RunAsync(settings, errors, async app =>
    {
        // Before the host starts: a fault that the host meets at its start is logged with a stack.
        var stopping = app.Lifetime.ApplicationStopping;
        await Startup.TakeDataAsync(app.Services, stopping);
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It was told to stop before it had started.
        }

        return 0;
    });

    /// <summary>Builds the server with its settings for work that needs no calls, and does not start it.</summary>
    public static async Task<int> RunAsync(string[] settings, TextWriter errors, Func<WebApplication, Task<int>> work)
    {
        try
        {
            await using var app = SynthaServer.Build(settings);
            return await work(app);
        }
        catch (OptionsValidationException invalid)
        {
            var faults = string.Join(Environment.NewLine + "  ", invalid.Failures);
            return await RefuseAsync(ConfigurationFault, $"The configuration cannot be used:{Environment.NewLine}  {faults}");
        }
        catch (DataFolderInUseException inUse)
        {
            return await RefuseAsync(StorageFault, inUse.Message);
        }
        catch (StorageUnusableException unusable)
        {
            return await RefuseAsync(StorageFault, unusable.Message);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            return await RefuseAsync(
                AddressTaken, $"{taken.Message} Stop what listens there, or choose other ports (Server:GrpcPort, Server:HttpPort).");
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            return await RefuseAsync(StorageFault, $"The data folder (Storage:DataPath) cannot be used: {unusable.Message}");
        }

        async Task<int> RefuseAsync(int exitCode, string why)
        {
            await errors.WriteLineAsync(why);
            return exitCode;
        }
    }
}
