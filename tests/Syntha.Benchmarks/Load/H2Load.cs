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

    public Task<LoadResult> RunAsync(
        Uri address, GrpcRequest request, LoadShape shape, int calls, CancellationToken cancellationToken)
    {
        List<(string, string)> headers = [("content-type", "application/grpc"), ("te", "trailers")];
        if (request.UserId is { } userId)
        {
            headers.Add(("user-id", userId));
        }

        if (request.Authorization is { } authorization)
        {
            headers.Add(("authorization", authorization));
        }

        return RunAsync(
            address,
            new("POST", request.Path, headers, request.Body),
            [$"-c{shape.Connections}", $"-m{shape.StreamsPerConnection}"],
            calls,
            cancellationToken);
    }

    /// <summary>Repeats a call over HTTP/1.1, on as many connections as the shape has calls in flight.</summary>
    public Task<LoadResult> RunHttpAsync(Uri address, HttpCall call, LoadShape shape, int calls, CancellationToken cancellationToken) =>
        RunAsync(address, call, ["--h1", $"-c{shape.InFlight}", "-m1"], calls, cancellationToken);

    private async Task<LoadResult> RunAsync(
        Uri address, HttpCall call, string[] shape, int calls, CancellationToken cancellationToken)
    {
        List<string> arguments = [$"-n{calls}", "-t1", .. shape, "-H", $":method: {call.Method}"];
        foreach (var (name, value) in call.Headers)
        {
            arguments.AddRange(["-H", $"{name}: {value}"]);
        }

        var bodyFile = call.Body is null ? null : Path.Combine(scratchFolder, $"body-{Guid.NewGuid():N}");
        try
        {
            if (bodyFile is not null)
            {
                await File.WriteAllBytesAsync(bodyFile, call.Body!, cancellationToken);
                arguments.AddRange(["-d", bodyFile]);
            }

            return Read(await RunProgramAsync([.. arguments, new Uri(address, call.Path).ToString()], cancellationToken), calls);
        }
        finally
        {
            if (bodyFile is not null)
            {
                File.Delete(bodyFile);
            }
        }
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
