using System.Text.Json.Nodes;

using Grpc.Core;

namespace Syntha.Client.Tests.Conformance;

/// <summary>Runs one scenario against a server, through the client.</summary>
internal sealed class ScenarioRun(SynthaClient client, string address) : IAsyncDisposable
{
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();

    private readonly WireCalls wire = new(address);
    private readonly Saved saved = new();
    private readonly Dictionary<string, string> users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IScenarioStream> streams = new(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal async Task TakeAsync(JsonObject step)
    {
        if (step["close"] is { } closed)
        {
            streams.Remove((string)closed!, out var stream);
            await stream!.DisposeAsync();
        }
        else if (step["break"] is { } broken)
        {
            streams[(string)broken!].Cut();
        }
        else if (step["next"] is { } next)
        {
            await TakeEventsAsync(step, streams[(string)next!]);
        }
        else
        {
            await CallAsync(step);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in streams.Values)
        {
            await stream.DisposeAsync();
        }

        wire.Dispose();
    }

    private async Task CallAsync(JsonObject step)
    {
        var (answer, failure, untold) = await TryAsync(step);
        if (step["error"] is { } error)
        {
            Hold(step, new Expectation(saved, Nothing).Differences(error, failure));
            return;
        }

        Hold(step, failure is null ? [] : [$"it failed: {failure.ToJsonString()}"]);
        saved.Keep(step, answer!);
        Hold(step, new Expectation(saved, untold).Differences(step["answer"] ?? new JsonObject(), answer));
    }

    private async Task<(JsonObject? Answer, JsonObject? Failure, IReadOnlySet<string> Untold)> TryAsync(JsonObject step)
    {
        try
        {
            var (answer, untold) = await AnswerAsync(step, (string)step["call"]!, saved.Fill(step["request"])?.AsObject() ?? []);
            return (answer, null, untold);
        }
        catch (SynthaException exception)
        {
            return (null, Telling.Of(exception), Nothing);
        }
        catch (RpcException exception)
        {
            return (null, Telling.Of(exception), Nothing);
        }
    }

    private async Task<(JsonObject Answer, IReadOnlySet<string> Untold)> AnswerAsync(JsonObject step, string method, JsonObject request)
    {
        var userId = step.ContainsKey("userId") ? (string?)step["userId"] : UserOf((string?)step["user"] ?? "user");
        var isWire = (bool?)step["wire"] ?? false;
        if (step["open"] is { } name)
        {
            if (isWire)
            {
                await wire.OpenAsync(userId, method, request, Token);
                return ([], Nothing);
            }

            var stream = streams[(string)name!] = method.EndsWith("/AwaitClaim", StringComparison.Ordinal)
                ? ScenarioLine.Open(address, userId!, method, new Given(request))
                : ScenarioStream.Open(address, userId!, method, new Given(request));
            return (await stream.EstablishAsync(), Nothing);
        }

        if (!isWire && ClientCalls.OfServer.TryGetValue(method, out var ofServer))
        {
            return (await ofServer(client), Nothing);
        }

        return isWire || !ClientCalls.All.TryGetValue(method, out var known)
            ? (await wire.CallAsync(userId, method, request, (bool?)step["pages"] ?? false, Token), Nothing)
            : (await known.Call(client.ForUser(userId!), new Given(request)), known.Untold);
    }

    private async Task TakeEventsAsync(JsonObject step, IScenarioStream stream)
    {
        var last = new JsonObject();
        foreach (var expected in step["events"]!.AsArray())
        {
            last = await stream.NextAsync();
            Hold(step, new Expectation(saved, Nothing).Differences(expected, last));
        }

        if (stream.Through is { } through)
        {
            last["through"] = Telling.Of(through);
        }

        saved.Keep(step, last);
    }

    private string UserOf(string label)
    {
        if (!users.TryGetValue(label, out var userId))
        {
            users[label] = userId = $"c-{Guid.NewGuid():N}";
        }

        return userId;
    }

    private static void Hold(JsonObject step, IEnumerable<string> faults)
    {
        var told = string.Join('\n', faults);
        Assert.True(told.Length == 0, $"{step.ToJsonString()}\n{told}");
    }
}
