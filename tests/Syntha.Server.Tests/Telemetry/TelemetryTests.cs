using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Syntha.Server.Tests.Streams.Recording;
using Syntha.Tests.Support;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Syntha.Server.Tests.Telemetry;

/// <summary>The server's telemetry holds no value, and its metrics and traces hold no user (attack 30).</summary>
public sealed class TelemetryTests
{
    private static readonly (HttpStatusCode, string, ServingStatus) Well = (HttpStatusCode.OK, "Healthy", ServingStatus.Serving);
    private static readonly (HttpStatusCode, string, ServingStatus) Ill =
        (HttpStatusCode.ServiceUnavailable, "Unhealthy", ServingStatus.NotServing);

    [Fact]
    public async Task Canaries_InWhateverUsersSend_AreInNoMetricTraceLogOrHealth()
    {
        var spans = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => spans.Enqueue(
                $"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} "
                    + $"{string.Join(' ', span.Events.SelectMany(e => e.Tags))}"),
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        // Bytes that are no message cause an error in gRPC's own log.
        server.MayLogErrors = true;
        var alice = await server.WithKeyAsync("canaryuser");
        await alice.PushAsync("canary-key", "\"canary-value\"", topics: ["canary-topic"], agent: "canary-agent");
        await alice.ValueAsync("canary-key");
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenWithSnapshotAsync(alice);
        await Assert.ThrowsAsync<RpcException>(() => alice.PushAsync("canary-key", "canary-value"));
        await Assert.ThrowsAsync<RpcException>(() => server.As("canaryuser", "canary-secret").PushAsync("canary-key"));
        await Assert.ThrowsAsync<RpcException>(() => server.As("canary/user").PushAsync("canary-key"));
        await RawCall.SendAsync(
            server.Grpc, "ContextMesh/Push", "canary-value"u8.ToArray(), ("user-id", "canaryuser"), ("x-canary", "canary"));

        var metrics = await MetricsAsync(server.Http);
        using var http = new HttpClient(new SocketsHttpHandler());
        var health = await http.GetStringAsync(new Uri(server.Http, "/health"), TestContext.Current.CancellationToken);

        foreach (var text in (string[])[metrics, health, .. spans])
        {
            Assert.DoesNotContain("canary", text, StringComparison.OrdinalIgnoreCase);
        }
        // The log may hold user ids, because it belongs to the operator, but no other user data.
        Assert.DoesNotContain(
            server.Log.Lines,
            line => line.Replace("canaryuser", "", StringComparison.Ordinal).Contains("canary", StringComparison.OrdinalIgnoreCase));
        // The control: these calls were measured.
        Assert.Contains(spans, span => span.Contains("ContextMesh/Push", StringComparison.Ordinal));
        Assert.Contains(
            server.Log.Lines,
            line => line.Contains("canaryuser", StringComparison.Ordinal) || line.Contains("CreateApiKey", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_CountCallsByMethodAndStatusAndWhatTheServerHolds()
    {
        // In a separate process: the export holds all that a process measures, and other tests measure in this one.
        await using var store = await TestStore.CreateAsync();
        await using var server = await ServerProcess.StartOnAsync(store);
        var alice = server.As("alice");
        await alice.PushAsync("k");
        await alice.PushAsync("brief", ttl: TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<RpcException>(() => alice.PushAsync("k", "{"));
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(alice);

        await MetricsAsync(
            server.Http,
            """http_server_request_duration_seconds_count\{[^}]*http_route="[^"]*ContextMesh/Push"[^}]*\} 2""",
            """http_server_request_duration_seconds_count\{[^}]*rpc_grpc_status_code="3"[^}]*syntha_reason="JSON_INVALID"[^}]*\} 1""",
            @"(?m)^syntha_group_commands\S*_count\S* 3\b", @"(?m)^syntha_commit_duration_seconds_count\S* 3\b",
            // The buckets are in seconds too: a commit of a minute would need a look.
            """(?m)^syntha_commit_duration_seconds_bucket\{[^}]*le="60"\} 3\b""",
            @"(?m)^syntha_expiry_lateness_seconds_count\S* 1\b", @"(?m)^syntha_meshes_loaded\S* 1\b", @"(?m)^syntha_sessions_live\S* 1\b",
            @"(?m)^syntha_streams_live\S* 1\b", @"(?m)^syntha_streams_lag\S* 0\b", @"(?m)^syntha_commands_queued\S* 0\b",
            TestStore.PrefersPostgres ? @"(?m)^syntha_connections_used\S* [0-9]" : @"(?m)^syntha_stores_open\S* 1\b",
            @"(?m)^syntha_audit_queued\S* 0\b", @"(?m)^syntha_audit_users_behind\S* 0\b");
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Traces_GoToTheCollectorAndNameNobody()
    {
        await using var collector = await TraceCollector.StartAsync();
        using var folder = new ScratchFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, $"--Telemetry:OtlpEndpoint={collector.Address}");
        var alice = server.As("canaryuser");
        await alice.PushAsync("canary-key", "\"canary-value\"", topics: ["canary-topic"], agent: "canary-agent");
        await Assert.ThrowsAsync<RpcException>(() => alice.PushAsync("canary-key", "canary-value"));

        // The server sends the rest before it ends.
        await server.TerminateAsync();

        var sent = string.Concat(collector.Exports.Select(System.Text.Encoding.Latin1.GetString));
        Assert.Contains("/syntha.v1.ContextMesh/Push", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", sent, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Metrics_SwitchedOff_AreNotServed()
    {
        await using var server = await TestServer.StartAsync("--Telemetry:Metrics=false");
        using var http = new HttpClient(new SocketsHttpHandler());

        using var answer = await http.GetAsync(new Uri(server.Http, "/metrics"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Health_WhileTheRecordsCannotBeRead_IsUnhealthyAndTellsNothingOfTheInside()
    {
        await using var server = await TestServer.StartAsync();
        server.MayLogErrors = true;
        var file = Path.Combine(server.Folder, "server.db");
        Assert.False(File.Exists(file));

        await File.WriteAllTextAsync(file, new string('x', 4096), TestContext.Current.CancellationToken);
        Assert.Equal(Ill, await HealthAsync(server));
        File.Delete(file);

        // The checks of a second share one look.
        while (await HealthAsync(server) != Well)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken); // only the server's health shows it
        }
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Health_WhileTheDatabaseIsGone_IsUnhealthyAndTellsNothingOfTheInside()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var store = await TestStore.CreateInAsync(cluster);
        await using var server = await TestServer.StartOnAsync(store);
        server.MayLogErrors = true;
        Assert.Equal(Well, await HealthAsync(server));

        await cluster.FallAsync();

        // The cluster falls a moment after the command.
        for (
            var began = TimeProvider.System.GetTimestamp();
            await HealthAsync(server) != Ill;
            await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), $"{await HealthAsync(server)}");
        }
    }

    // The health by both ways of asking, HTTP and gRPC.
    private static async Task<(HttpStatusCode Status, string Text, ServingStatus Grpc)> HealthAsync(TestServer server)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var answer = await http.GetAsync(new Uri(server.Http, "/health"), TestContext.Current.CancellationToken);
        var check = await new global::Grpc.Health.V1.Health.HealthClient(server.Channel).CheckAsync(new());
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), check.Status);
    }

    // Reads the metrics until all is in them: a call is recorded a moment after its caller has the answer.
    private static async Task MetricsAsync(Uri address, params string[] expected)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            var metrics = await MetricsAsync(address);
            var missing = expected.Where(pattern => !Regex.IsMatch(metrics, pattern)).ToList();
            if (missing.Count == 0)
            {
                return;
            }

            Assert.True(
                TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1), $"{string.Join('\n', missing)}\nis not in\n{metrics}");
        }
    }

    private static async Task<string> MetricsAsync(Uri address)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        return await http.GetStringAsync(new Uri(address, "/metrics"), TestContext.Current.CancellationToken);
    }
}
