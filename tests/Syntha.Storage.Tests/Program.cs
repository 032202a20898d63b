using System.Globalization;
using Syntha.Storage.Tests.Sqlite;

namespace Syntha.Storage.Tests;

/// <summary>Runs the tests; or, told so by its first argument, the program that a test traces and kills.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is [PushingProgram.Argument, var folder, var user, var count, var synchronous])
            return await PushingProgram.RunAsync(folder, user, int.Parse(count, CultureInfo.InvariantCulture), synchronous == "FULL");
        return args.Contains("--server") || args.Contains("--internal-msbuild-node")
            ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
                args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
