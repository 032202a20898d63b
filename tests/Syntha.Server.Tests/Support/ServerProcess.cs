using System.Diagnostics;
using System.Text.RegularExpressions;
using Grpc.Net.Client;

namespace Syntha.Server.Tests.Support;

/// <summary>The built server as a separate process, so that a test can kill it, signal it, limit it, or see it refuse to start.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly TaskCompletionSource<(string Grpc, string Http)> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> output = [];
    private GrpcChannel? channel;

    private ServerProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
    }

    public static string ServerFile => Path.Combine(AppContext.BaseDirectory, "syntha.dll");

    public int Id => process.Id;

    public Uri Grpc => new(ready.Task.GetAwaiter().GetResult().Grpc);

    public Uri Http => new(ready.Task.GetAwaiter().GetResult().Http);

    public string Output
    {
        get
        {
            lock (output)
            {
                return string.Join('\n', output);
            }
        }
    }

    /// <summary>Starts the server and returns when it says that it is ready.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="settings">Further settings, as on the command line.</param>
    public static async Task<ServerProcess> StartAsync(string folder, params string[] settings) =>
        await StartedAsync(Run([ServerFile, .. Arguments(folder), .. settings]));

    /// <summary>The same on a store that other nodes may also use.</summary>
    public static async Task<ServerProcess> StartOnAsync(TestStore store, params string[] settings) =>
        await StartedAsync(Run([ServerFile, .. Arguments(store.Folder), .. store.Settings, .. settings]));

    /// <summary>The same in a shell that first sets a limit, such as <c>ulimit -n 700</c>.</summary>
    public static async Task<ServerProcess> StartLimitedAsync(string limit, string folder, params string[] settings) =>
        await StartedAsync(Run(
            ["-c", $"{limit}; exec dotnet \"$@\"", "sh", ServerFile, .. Arguments(folder), .. settings], "/bin/bash"));

    /// <summary>The same with variables of the environment.</summary>
    public static async Task<ServerProcess> StartWithAsync(IReadOnlyDictionary<string, string> environment, string folder) =>
        await StartedAsync(Run([ServerFile, .. Arguments(folder)], environment: environment));

    /// <summary>Runs the server until it ends by itself.</summary>
    public static Task<(int ExitCode, string Output)> RunToEndAsync(params string[] settings) =>
        RunToEndWithAsync(new Dictionary<string, string>(), settings);

    /// <summary>The same with variables of the environment.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndWithAsync(
        IReadOnlyDictionary<string, string> environment, params string[] settings)
    {
        await using var server = new ServerProcess(Run([ServerFile, .. settings], environment: environment));
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        var ended = server.process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (await Task.WhenAny(ended, server.ready.Task) != ended)
        {
            throw new InvalidOperationException($"It was to end by itself, and serves:\n{server.Output}");
        }

        await ended;
        return (server.process.ExitCode, server.Output);
    }

    /// <summary>Asks it to stop as soon as it says that it starts. Returns its exit code.</summary>
    public static async Task<(int ExitCode, string Output)> TerminateAtStartAsync(string folder)
    {
        await using var server = new ServerProcess(Run([ServerFile, .. Arguments(folder)]));
        var starting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains(" is taken", StringComparison.Ordinal) == true)
            {
                starting.TrySetResult();
            }
        };
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        await starting.Task.WaitAsync(TestContext.Current.CancellationToken);
        return (await server.TerminateAsync(), server.Output);
    }

    public TestUser As(string userId) => new(channel!, userId);

    /// <summary>The client of the operator.</summary>
    public Administration.AdministrationClient Administration => new(channel!);

    /// <summary>As by <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Sends it a signal.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks it to stop, as a service manager does. Its exit code comes when it has stopped.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        channel?.Dispose();
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private static string[] Arguments(string folder) =>
        [
            $"--Storage:DataPath={folder}", "--Server:GrpcPort=0", "--Server:HttpPort=0", "--RateLimit:CallsPerSecond=1000000",
            "--Logging:Console:FormatterOptions:SingleLine=true",
        ];

    private static Process Run(string[] arguments, string program = "dotnet", IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The process lives for moments, so compiling methods twice (tiered compilation) only costs time.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task<ServerProcess> StartedAsync(Process process)
    {
        var server = new ServerProcess(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (await Task.WhenAny(server.ready.Task, ended) == ended)
        {
            await ended;
            throw new InvalidOperationException($"The server ended with {process.ExitCode}:\n{server.Output}");
        }
        server.channel = GrpcChannel.ForAddress((await server.ready.Task).Grpc.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
        return server;
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.Add(line);
        }

        if (Ready().Match(line) is { Success: true } addresses)
        {
            ready.TrySetResult((addresses.Groups[1].Value, addresses.Groups[2].Value));
        }
    }

    [GeneratedRegex(@"gRPC (https?://\S+), HTTP (https?://\S+)")]
    private static partial Regex Ready();
}
