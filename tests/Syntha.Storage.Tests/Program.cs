using System.Globalization;
using Syntha.Storage.Tests.Sqlite.OneUser;

namespace Syntha.Storage.Tests;

/// <summary>Runs the tests, or, if its first argument says so, the program that a test traces and kills.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is [PushingProgram.Argument, var folder, var user, var count, var manner])
        {
            await PushingProgram.RunAsync(folder, user, int.Parse(count, CultureInfo.InvariantCulture), manner);
            return 0;
        }
        return args.Contains("--server") || args.Contains("--internal-msbuild-node")
            ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
                args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
