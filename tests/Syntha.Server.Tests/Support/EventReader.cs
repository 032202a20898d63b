using System.Net;
using System.Text.Json;

namespace Syntha.Server.Tests.Support;

/// <summary>An event of a stream over HTTP.</summary>
internal sealed record ServerEvent(string Name, string? Id, string Data)
{
    public JsonElement Json => JsonDocument.Parse(Data).RootElement;

    /// <summary>The keys that the changes of the event are about.</summary>
    public IEnumerable<string> Keys =>
        Json.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("key").GetString()!);
}

/// <summary>Reads Server-Sent Events as a browser does, and keeps the last id. For one reader.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpMessageInvoker client;
    private readonly HttpResponseMessage response;
    private readonly StreamReader lines;

    private EventReader(HttpMessageInvoker client, HttpResponseMessage response, StreamReader lines, string? lastId) =>
        (this.client, this.response, this.lines, LastId) = (client, response, lines, lastId);

    public HttpResponseMessage Response => response;

    /// <summary>The id of the last event that had one.</summary>
    public string? LastId { get; private set; }

    public static async Task<EventReader> OpenAsync(Uri server, HttpUser user, string target, string? lastId = null)
    {
        var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/v1" + target)) { Version = HttpVersion.Version11 };
        foreach (var header in user.Headers.Append(lastId is null ? "X-None: 1" : $"Last-Event-ID: {lastId}"))
        {
            var parts = header.Split(": ", 2);
            request.Headers.TryAddWithoutValidation(parts[0], parts[1]);
        }

        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        return new(client, response, new(stream), lastId);
    }

    /// <summary>The next event. Null: the stream has ended.</summary>
    public async Task<ServerEvent?> ReadAsync()
    {
        var (name, id, data) = ("message", (string?)null, new List<string>());
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                LastId = id ?? LastId;
                return new(name, id, string.Join('\n', data));
            }

            var parts = line.Split(": ", 2);
            switch (parts[0])
            {
                case "event":
                    name = parts[1];
                    break;
                case "id":
                    id = parts[1];
                    break;
                case "data":
                    data.Add(parts[1]);
                    break;
                default:
                    throw new InvalidDataException($"Not a line of an event: {line}");
            }
        }

        return null;
    }

    /// <summary>Reads up to the next event of a name.</summary>
    public async Task<ServerEvent> ReadToAsync(string name)
    {
        while (await ReadAsync() is { } read)
        {
            if (read.Name == name)
            {
                return read;
            }
        }

        throw new InvalidDataException($"The stream ended without an event {name}.");
    }

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
        client.Dispose();
    }
}
