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

    public static void RequireInstalled()
    {
        if (!LoadProgram.IsInstalled(Program))
        {
            throw new BenchmarkException("h2load is missing: install nghttp2's client programs (Debian: apt-get install nghttp2-client).");
        }
    }

    public Task<LoadResult> RunAsync(
        Uri address, GrpcRequest request, LoadShape shape, int calls, CancellationToken cancellationToken) =>
        RunAsync(address, request, shape, calls, timesFile: null, cancellationToken);

    /// <summary>The same, and the result tells how long the calls took.</summary>
    public async Task<LoadResult> RunTimedAsync(
        Uri address, GrpcRequest request, LoadShape shape, int calls, CancellationToken cancellationToken)
    {
        var timesFile = Path.Combine(scratchFolder, $"times-{Guid.NewGuid():N}");
        try
        {
            var result = await RunAsync(address, request, shape, calls, timesFile, cancellationToken);
            return result with { Times = ReadTimes(timesFile) };
        }
        finally
        {
            File.Delete(timesFile);
        }
    }

    /// <summary>Repeats a call over HTTP/1.1, on as many connections as the shape has calls in flight.</summary>
    public Task<LoadResult> RunHttpAsync(Uri address, HttpCall call, LoadShape shape, int calls, CancellationToken cancellationToken) =>
        RunAsync(address, call, ["--h1", $"-c{shape.InFlight}", "-m1"], calls, cancellationToken);

    private Task<LoadResult> RunAsync(
        Uri address, GrpcRequest request, LoadShape shape, int calls, string? timesFile, CancellationToken cancellationToken)
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
            [
                $"-c{shape.Connections}",
                $"-m{shape.StreamsPerConnection}",
                .. timesFile is null ? (string[])[] : [$"--log-file={timesFile}"],
            ],
            calls,
            cancellationToken);
    }

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

            arguments.Add(new Uri(address, call.Path).ToString());
            return Read(await LoadProgram.RunAsync(Program, arguments, cancellationToken), calls);
        }
        finally
        {
            if (bodyFile is not null)
            {
                File.Delete(bodyFile);
            }
        }
    }

    // A line a call: the start, the HTTP status, and the microseconds until the end of the answer.
    private static CallTimes ReadTimes(string file)
    {
        var times = File.ReadLines(file)
            .Select(line => double.Parse(line.AsSpan(line.LastIndexOf('\t') + 1), CultureInfo.InvariantCulture)).Order().ToList();
        return new(times[times.Count / 2], times[times.Count * 99 / 100]);
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
