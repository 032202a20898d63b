using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Syntha.Benchmarks.Load;

namespace Syntha.Benchmarks.Processes;

/// <summary>A server as a child process on loopback ports. It is stopped by its process id, never by its name.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int KeptOutputLines = 40;
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(5);

    private const string CompilerLog = "DOTNET_JitStdOutFile";

    private readonly Process process;
    private readonly string? compilerLog;
    private readonly Queue<string> lastOutput = new();
    private readonly ConcurrentDictionary<string, bool> failures = new(StringComparer.Ordinal);

    private ServerProcess(
        Uri address, Uri http, string program, IReadOnlyList<string> arguments, IReadOnlyList<KeyValuePair<string, string>> environment)
    {
        (Address, Http) = (address, http);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
            compilerLog = name == CompilerLog ? value : compilerLog;
        }

        Began = Stopwatch.GetTimestamp();
        process = Process.Start(start)!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>The address of the doors other than gRPC.</summary>
    public Uri Http { get; }

    /// <summary>The start of the process, as a <see cref="Stopwatch"/> timestamp.</summary>
    public long Began { get; }

    public int Id => process.Id;

    public int ExitCode => process.ExitCode;

    /// <summary>The processor time that its threads have used so far.</summary>
    public TimeSpan ProcessorTime => process.TotalProcessorTime;

    /// <summary>The failures that it has logged, by category, and its crash if there was one.</summary>
    public IReadOnlyCollection<string> Failures => process.HasExited ? [.. failures.Keys, "The server has ended."] : [.. failures.Keys];

    /// <summary>The variables that make a server of .NET write a line for each method that it compiles, into this file.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> LoggingCompiler(string file) =>
        [new(CompilerLog, file), new("DOTNET_JitDisasmSummary", "1")];

    /// <summary>How many methods it has compiled so far, each as often as it was compiled. 0: it writes no log of them.</summary>
    public int CompiledMethods() => File.Exists(compilerLog) ? File.ReadLines(compilerLog).Count() : 0;

    public ProcessUsage Usage => ProcessUsage.Read(process.Id);

    /// <summary>
    /// Starts <c>dotnet</c> with two free ports and these environment variables, and waits until the call is answered with status 0.
    /// </summary>
    public static Task<ServerProcess> StartAsync(
        GrpcProbe probe,
        GrpcRequest firstCall,
        Func<int, int, IReadOnlyList<string>> argumentsFor,
        IReadOnlyList<KeyValuePair<string, string>> environment,
        CancellationToken cancellationToken) =>
        StartAsync(probe, firstCall, "dotnet", argumentsFor, environment, cancellationToken);

    /// <summary>Starts this program in the same way.</summary>
    public static Task<ServerProcess> StartAsync(
        GrpcProbe probe,
        GrpcRequest firstCall,
        string program,
        Func<int, int, IReadOnlyList<string>> argumentsFor,
        IReadOnlyList<KeyValuePair<string, string>> environment,
        CancellationToken cancellationToken) =>
        StartAsync(
            (address, token) => probe.ConfirmAsync(address, firstCall, token), program, argumentsFor, environment, cancellationToken);

    /// <summary>Starts this program with two free ports, and waits until the server answers what it is asked.</summary>
    /// <param name="askAsync">
    /// Asks the server at this address. Throws <see cref="HttpRequestException"/> or <see cref="SocketException"/> as long as nothing
    /// listens there.
    /// </param>
    /// <param name="program">The program.</param>
    /// <param name="argumentsFor">Its arguments for these two ports. The first port is the one that is asked.</param>
    /// <param name="environment">Environment variables besides those of this process.</param>
    /// <param name="cancellationToken">Ends the wait, and the server.</param>
    public static async Task<ServerProcess> StartAsync(
        Func<Uri, CancellationToken, Task> askAsync,
        string program,
        Func<int, int, IReadOnlyList<string>> argumentsFor,
        IReadOnlyList<KeyValuePair<string, string>> environment,
        CancellationToken cancellationToken)
    {
        var (grpcPort, httpPort) = FreePorts();
        var server = new ServerProcess(
            new Uri($"http://{IPAddress.Loopback}:{grpcPort}"),
            new Uri($"http://{IPAddress.Loopback}:{httpPort}"),
            program,
            argumentsFor(grpcPort, httpPort),
            environment);
        try
        {
            await server.WaitForAnswerAsync(askAsync, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to end, as a service manager does, and waits for the end.</summary>
    public async Task StopAsync()
    {
        if (process.HasExited)
        {
            return;
        }

        Signal.Terminate(process.Id);
        using var limit = new CancellationTokenSource(LongestStop);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
    }

    private async Task WaitForAnswerAsync(Func<Uri, CancellationToken, Task> askAsync, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestStart);
        while (true)
        {
            if (process.HasExited)
            {
                throw new BenchmarkException($"A server ended with code {process.ExitCode} instead of starting:{Output()}");
            }

            try
            {
                await askAsync(Address, limit.Token);
                return;
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException)
            {
                await Task.Delay(ProbeInterval, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new BenchmarkException($"A server did not answer within {LongestStart.TotalSeconds} s:{Output()}");
            }
        }
    }

    private static (int Grpc, int Http) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not { } text)
        {
            return;
        }
        // gRPC logs a malformed frame as an error. That is the sender's fault.
        var isFailure = text.StartsWith("fail: ", StringComparison.Ordinal) && !text.StartsWith("fail: Grpc.", StringComparison.Ordinal);
        if (isFailure || text.Contains("Unhandled", StringComparison.Ordinal))
        {
            failures[text] = true;
        }

        lock (lastOutput)
        {
            lastOutput.Enqueue(text);
            if (lastOutput.Count > KeptOutputLines)
            {
                lastOutput.Dequeue();
            }
        }
    }

    private string Output()
    {
        lock (lastOutput)
        {
            return Environment.NewLine + string.Join(Environment.NewLine, lastOutput);
        }
    }
}
