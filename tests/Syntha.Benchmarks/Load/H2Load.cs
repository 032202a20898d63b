using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// Repeats one call with h2load, a client in C that leaves most processor time to the server. h2load sends one body and one set of headers.
/// For loads over many keys or users there is <see cref="DistinctLoad"/>.
/// </summary>
internal sealed partial class H2Load(string scratchFolder)
{
    private const string Program = "h2load";
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(90);

    public static void RequireInstalled()
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, Program)));
        if (!found)
        {
            throw new BenchmarkException("h2load is missing: install nghttp2's client programs (Debian: apt-get install nghttp2-client).");
        }
    }

    public async Task<LoadResult> RunAsync(
        Uri address, GrpcRequest request, LoadShape shape, int calls, CancellationToken cancellationToken)
    {
        var bodyFile = Path.Combine(scratchFolder, $"body-{Guid.NewGuid():N}");
        await File.WriteAllBytesAsync(bodyFile, request.Body, cancellationToken);
        try
        {
            var output = await RunProgramAsync(Arguments(address, request, shape, calls, bodyFile), cancellationToken);
            return Read(output, calls);
        }
        finally
        {
            File.Delete(bodyFile);
        }
    }

    private static List<string> Arguments(Uri address, GrpcRequest request, LoadShape shape, int calls, string bodyFile)
    {
        List<string> arguments =
        [
            $"-n{calls}", $"-c{shape.Connections}", $"-m{shape.StreamsPerConnection}", "-t1", "-d", bodyFile,
            "-H", "content-type: application/grpc", "-H", "te: trailers",
        ];
        if (request.UserId is { } userId)
        {
            arguments.AddRange(["-H", $"user-id: {userId}"]);
        }

        if (request.Authorization is { } authorization)
        {
            arguments.AddRange(["-H", $"authorization: {authorization}"]);
        }

        arguments.Add(new Uri(address, request.Path).ToString());
        return arguments;
    }

    private static async Task<string> RunProgramAsync(List<string> arguments, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestRound);
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true })!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return output;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BenchmarkException($"h2load did not end within {LongestRound.TotalSeconds} s.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static LoadResult Read(string output, int calls)
    {
        var requests = RequestsLine().Match(output);
        var rate = RateLine().Match(output);
        var traffic = TrafficLine().Match(output);
        if (!requests.Success || !rate.Success || !traffic.Success)
        {
            throw new BenchmarkException($"h2load printed something unknown:{Environment.NewLine}{output}");
        }

        if (long.Parse(requests.Groups[1].Value, CultureInfo.InvariantCulture) != calls)
        {
            throw new BenchmarkException($"h2load: not all of {calls} calls were answered: {requests.Value}");
        }

        return new(
            double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture),
            calls,
            long.Parse(traffic.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^requests: .* (\d+) succeeded.*$", RegexOptions.Multiline)]
    private static partial Regex RequestsLine();

    [GeneratedRegex(@"^finished in [^,]+, ([\d.]+) req/s", RegexOptions.Multiline)]
    private static partial Regex RateLine();

    [GeneratedRegex(@"^traffic: .*\((\d+)\) data", RegexOptions.Multiline)]
    private static partial Regex TrafficLine();
}
