using System.Diagnostics;
using System.Text.Json;

namespace Syntha.Server.Tests.Streams;

/// <summary>
/// Copies of this test program, each with one assembly compiled from spoiled source. For each project, MSBuild is asked once for its
/// compiler call. After that only the compiler runs, in one process for all of them.
/// </summary>
public sealed class SpoiledBuild : IAsyncDisposable
{
    private readonly string scratch = Directory.CreateTempSubdirectory("syntha-planted").FullName;
    private readonly Dictionary<string, Command> commands = [];
    private int copies;

    // The pipe is a file beside the folder.
    private string Pipe => Path.GetFileName(scratch) + "-compiler";

    /// <summary>Makes a copy of the program.</summary>
    /// <returns>The path of its main assembly.</returns>
    public async Task<string> BuildAsync(PlantedBug bug)
    {
        ArgumentNullException.ThrowIfNull(bug);
        var (folder, file) = (string.Join('/', bug.File.Split('/')[..2]), string.Join('/', bug.File.Split('/')[2..]));
        if (!commands.TryGetValue(folder, out var command))
        {
            commands[folder] = command = await AskAsync(folder);
        }

        var copy = Directory.CreateDirectory(Path.Combine(scratch, $"{++copies}")).FullName;
        var name = Path.GetFileName(folder);
        Link(AppContext.BaseDirectory, Path.Combine(copy, "out"), butFor: name);
        var planted = Path.Combine(copy, Path.GetFileName(file));
        await File.WriteAllTextAsync(planted, Spoil(bug), TestContext.Current.CancellationToken);
        Assert.Single(command.Arguments, argument => argument.Trim('"') == file);
        var response = Path.Combine(copy, "compile.rsp");
        await File.WriteAllLinesAsync(response, command.Arguments.Select(argument =>
            argument.Trim('"') == file ? $"\"{planted}\""
            : argument.StartsWith("/out:", StringComparison.Ordinal) ? $"/out:\"{copy}/out/{name}.dll\""
            : argument), TestContext.Current.CancellationToken);
        var (exitCode, output) = await RunAsync(
            "dotnet", [command.Compiler, "/noconfig", $"/shared:{Pipe}", "/keepalive:600", $"@{response}"], Path.Combine(Root(), folder));
        Assert.True(exitCode == 0, output);
        return Path.Combine(copy, "out", "Syntha.Server.Tests.dll");
    }

    public async ValueTask DisposeAsync()
    {
        if (commands.Count > 0)
        {
            var server = Path.Combine(Path.GetDirectoryName(commands.Values.First().Compiler)!, "VBCSCompiler.dll");
            await RunAsync("dotnet", [server, $"-pipename:{Pipe}", "-shutdown"]);
        }
        Directory.Delete(scratch, recursive: true);
    }

    internal static async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, string? folder = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        })!;
        using var killing = TestContext.Current.CancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, await output + await errors);
    }

    private static string Spoil(PlantedBug bug)
    {
        var source = File.ReadAllText(Path.Combine(Root(), bug.File));
        foreach (var (right, wrong) in bug.Patches)
        {
            Assert.True(source.Contains(right, StringComparison.Ordinal), $"{bug.File} has changed; '{right}' is to be planted elsewhere.");
            source = source.Replace(right, wrong, StringComparison.Ordinal);
        }
        return source;
    }

    // Does all that the build does for the project except compiling it, with the output away from the project's own.
    private async Task<Command> AskAsync(string folder)
    {
        var configuration = AppContext.BaseDirectory.Contains("release", StringComparison.Ordinal) ? "Release" : "Debug";
        var (exitCode, output) = await RunAsync(
            "dotnet",
            [
                "msbuild", Directory.GetFiles(Path.Combine(Root(), folder), "*.csproj").Single(), "-nologo", "-target:Compile",
                $"-p:Configuration={configuration}", $"-p:IntermediateOutputPath={scratch}/{Path.GetFileName(folder)}/",
                "-p:BuildProjectReferences=false", "-p:RunAnalyzers=false", "-p:ProduceReferenceAssembly=false",
                "-p:ProvideCommandLineArgs=true", "-p:SkipCompilerExecution=true", "-getItem:CscCommandLineArgs",
                "-getProperty:RoslynTargetsPath",
            ]);
        Assert.True(exitCode == 0, output);
        using var told = JsonDocument.Parse(output);
        var compiler = told.RootElement.GetProperty("Properties").GetProperty("RoslynTargetsPath").GetString()!;
        var arguments = told.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray();
        return new(
            Path.Combine(compiler, "bincore", "csc.dll"),
            // This option may not be in a response file.
            [.. arguments.Select(argument => argument.GetProperty("Identity").GetString()!).Where(argument => argument != "/noconfig")]);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Syntha.Grpc.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The sources are not above the tests.");
        }

        return folder.FullName;
    }

    private static void Link(string from, string to, string butFor)
    {
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            Directory.CreateDirectory(folder.Replace(from, to + Path.DirectorySeparatorChar, StringComparison.Ordinal));
        }

        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var link = file.Replace(from, to + Path.DirectorySeparatorChar, StringComparison.Ordinal);
            var name = Path.GetFileNameWithoutExtension(file);
            if (name == butFor)
            {
                continue;
            }
            // The program's folder is the folder of its main assembly, after following links.
            if (name.StartsWith("Syntha.Server.Tests", StringComparison.Ordinal))
            {
                File.Copy(file, link);
            }
            else
            {
                File.CreateSymbolicLink(link, file);
            }
        }
    }

    private sealed record Command(string Compiler, string[] Arguments);
}
