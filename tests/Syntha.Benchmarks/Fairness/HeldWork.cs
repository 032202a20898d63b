using System.Diagnostics;
using System.Net.Http.Headers;
using Google.Protobuf;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;
using Syntha.Tests.Support;
using Syntha.V1;

namespace Syntha.Benchmarks.Fairness;

/// <summary>
/// How long the server works on for calls that were cancelled, and how long a stop takes that clients hold up in every way.
/// </summary>
internal static class HeldWork
{
    private const double MostMillisecondsOfCancelled = 100;
    private const double MostMillisecondsOfStop = 5_000;
    private const string Alice = "alice";
    private static readonly TimeSpan UntilBusy = TimeSpan.FromMilliseconds(700);

    private static readonly IReadOnlyList<string> Cancelled = ["globs", "streams", "prompts", "topics", "outcomes", "imports"];

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        foreach (var onPostgres in (bool[])[false, true])
        {
            var engine = onPostgres ? "PostgreSQL" : "SQLite";
            foreach (var kind in AttackKind.All.Where(kind => Cancelled.Contains(kind.Name)))
            {
                var (times, processor) = await CancelAsync(run, kind, onPostgres, cancellationToken);
                AddLine("to the end of their work", times);
                AddLine("processor time until then", processor);

                void AddLine(string what, List<double> values) => run.Add(new(
                    $"{engine}, {kind.Name}: all calls cancelled, {what}",
                    Unit.Milliseconds,
                    new("ours", values),
                    null,
                    Target.AtMost(MostMillisecondsOfCancelled, Unit.Milliseconds)));
            }

            var stops = new List<double>();
            for (var round = 0; round < Rounds(run); round++)
            {
                stops.Add(await StopAsync(run, onPostgres, cancellationToken));
            }

            run.Add(new(
                $"{engine}: SIGTERM to exit, every kind of stream open",
                Unit.Milliseconds,
                new("ours", stops),
                null,
                Target.AtMost(MostMillisecondsOfStop, Unit.Milliseconds)));
        }
    }

    private static int Rounds(BenchmarkRun run) => run.Options.Quick ? 1 : 5;

    // The calls of an attack are cancelled together while the server works on them. The end of the work is the last moment at which the
    // server used its processor.
    private static async Task<(List<double> Times, List<double> Processor)> CancelAsync(
        BenchmarkRun run, AttackKind kind, bool onPostgres, CancellationToken cancellationToken)
    {
        // All methods are compiled once. Otherwise the runtime compiles better ones as soon as there is less to do: after the cancellation.
        var compiledOnce = KeyValuePair.Create("DOTNET_TieredCompilation", "0");
        await using var server = await AttackedServer.StartAsync(run, onPostgres, cancellationToken, compiledOnce);
        using var attacker = new Attacker(
            server.Process.Address, Alice, await server.NewUserAsync(run, Alice, cancellationToken), server.Key.Authorization);
        await kind.PrepareAsync(attacker, cancellationToken);
        var (times, processor) = (new List<double>(), new List<double>());
        // The first round loads code.
        for (var round = -1; round < Rounds(run); round++)
        {
            await Idle.WaitAsync(server.Process, cancellationToken);
            using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var attack = kind.RunAsync(attacker, cancelling.Token);
            await Task.Delay(UntilBusy, cancellationToken);
            await cancelling.CancelAsync();
            var work = await Idle.WaitAsync(server.Process, cancellationToken);
            await attack;
            if (round >= 0)
            {
                times.Add(work?.LastWork.TotalMilliseconds ?? double.PositiveInfinity);
                processor.Add(work?.Spent.TotalMilliseconds ?? double.PositiveInfinity);
            }
        }

        BenchmarkRun.Report(
            $"{kind.Name}, on PostgreSQL: {onPostgres}, cancelled: {Text(times)} ms, {Text(processor)} ms of processor time");
        return (times, processor);

        static string Text(List<double> values) => string.Join(", ", values.Select(value => $"{value:0}"));
    }

    private static async Task<double> StopAsync(BenchmarkRun run, bool onPostgres, CancellationToken cancellationToken)
    {
        await using var server = await AttackedServer.StartAsync(run, onPostgres, cancellationToken);
        var alice = await server.NewUserAsync(run, Alice, cancellationToken);
        using var attacker = new Attacker(server.Process.Address, Alice, alice, server.Key.Authorization);
        await attacker.FillAsync(
            2,
            Enumerable.Range(0, 6)
                .Select(number => new ItemWrite { Key = $"k{number}", ValueJson = BenchmarkValue.Of(number, 1_000_000) }),
            cancellationToken);
        await using var connection = await attacker.ConnectAsync(cancellationToken);
        await OpenAsync("ContextMesh/Subscribe", new SubscribeRequest { Start = new() { Now = new() } });
        await OpenAsync("ContextMesh/Subscribe", new SubscribeRequest { Start = new() { Snapshot = new() } });
        await OpenAsync(
            "ToolHandler/SubscribeToTopics", new SubscribeToTopicsRequest { AsAgent = "agent", Filter = new() { Topics = { "t" } } });
        await BeginAsync("/grpc.health.v1.Health/Watch", [], isEnd: true);
        // The first question is answered, and the last one never comes.
        byte[] listServices = [0x3A, 0];
        await BeginAsync("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", listServices, isEnd: false);
        await using var operators = await attacker.ConnectAsync(cancellationToken);
        var authorized = ("authorization", server.Key.Authorization);
        var export = await operators.BeginAsync("/syntha.v1.Administration/ExportUser", authorized);
        await operators.SendAsync(export, RawConnection.Framed(new ExportUserRequest { UserId = Alice }.ToByteArray()), isEnd: true);
        await operators.BegunAsync(export);
        var import = await operators.BeginAsync("/syntha.v1.Administration/ImportUser", authorized);
        var header = new ImportUserRequest { Header = new() { UserId = "bob" } };
        await operators.SendAsync(import, RawConnection.Framed(header.ToByteArray()), isEnd: false);
        // Bodies of which the last byte never comes, on connections of a known caller and of a stranger.
        var body = RawConnection.Framed(new GetRequest { Key = "k" }.ToByteArray());
        await using var stranger = await attacker.ConnectAsync(cancellationToken);
        await connection.SendAsync(
            await connection.BeginAsync("/syntha.v1.ContextMesh/Get", attacker.Headers), body.AsMemory(0, body.Length - 1), isEnd: false);
        await stranger.SendAsync(
            await stranger.BeginAsync("/syntha.v1.ContextMesh/Get"), body.AsMemory(0, body.Length - 1), isEnd: false);
        await using var silent = await attacker.ConnectAsync(cancellationToken);
        using var web = new HttpMessageInvoker(new SocketsHttpHandler());
        using var response = await web.SendAsync(WebStream(server.Process.Http, attacker), cancellationToken);

        var began = Stopwatch.GetTimestamp();
        await server.Process.StopAsync();
        var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        BenchmarkRun.Report($"a stop, on PostgreSQL: {onPostgres}: {elapsed:0} ms, exit code {server.Process.ExitCode}");
        return server.Process.ExitCode == 0 ? elapsed : throw new BenchmarkException($"A stop ended with code {server.Process.ExitCode}.");

        Task OpenAsync(string method, IMessage request) => BeginAsync($"/syntha.v1.{method}", request.ToByteArray(), isEnd: true);

        async Task BeginAsync(string path, byte[] request, bool isEnd)
        {
            var id = await connection.BeginAsync(path, attacker.Headers);
            await connection.SendAsync(id, RawConnection.Framed(request), isEnd);
            await connection.BegunAsync(id);
        }
    }

    private static HttpRequestMessage WebStream(Uri http, Attacker attacker)
    {
        var content = new ByteArrayContent(RawConnection.Framed(new SubscribeRequest { Start = new() { Now = new() } }.ToByteArray()))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/grpc-web") },
        };
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(http, "/syntha.v1.ContextMesh/Subscribe")) { Content = content };
        foreach (var (name, value) in attacker.Headers)
        {
            message.Headers.Add(name, value);
        }

        return message;
    }
}
