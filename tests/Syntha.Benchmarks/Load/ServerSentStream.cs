using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Syntha.Benchmarks.Load;

/// <summary>One open stream of the owner's view over HTTP. A thread of its own reads it and reports the key of each change.</summary>
internal sealed class ServerSentStream : IDisposable
{
    private readonly HttpClient client;
    private readonly HttpResponseMessage response;
    private readonly Thread reader;
    private readonly Action<string> received;
    private long changes;
    private volatile bool closing;
    private volatile Exception? failure;

    private ServerSentStream(HttpResponseMessage response, HttpClient client, Action<string> received)
    {
        (this.response, this.client, this.received) = (response, client, received);
        reader = new(Read) { IsBackground = true };
        reader.Start();
    }

    public long Changes => Volatile.Read(ref changes);

    /// <summary>Opens the stream, and returns when it is established.</summary>
    public static async Task<ServerSentStream> OpenAsync(
        Uri address, string userId, Action<string> received, CancellationToken cancellationToken)
    {
        var client = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/v1/changes"));
        request.Headers.Add("user-id", userId);
        // The first event is written with the headers.
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.IsSuccessStatusCode
            ? new(response, client, received)
            : throw new BenchmarkException($"The stream over HTTP was answered {(int)response.StatusCode}.");
    }

    /// <exception cref="BenchmarkException">The stream has ended.</exception>
    public async Task WaitForChangesAsync(long count, CancellationToken cancellationToken)
    {
        while (Changes < count)
        {
            if (failure is { } reason)
            {
                throw new BenchmarkException($"The stream over HTTP broke: {reason.Message}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
        }
    }

    public void Dispose()
    {
        closing = true;
        response.Dispose();
        client.Dispose();
        reader.Join();
    }

    private void Read()
    {
        try
        {
            foreach (var message in SseParser.Create(response.Content.ReadAsStream()).Enumerate())
            {
                if (message.EventType == "changes")
                {
                    Take(message.Data);
                }
            }

            failure = new BenchmarkException("The server ended it.");
        }
        catch (Exception exception)
        {
            if (!closing)
            {
                failure = exception;
            }
        }
    }

    private void Take(string data)
    {
        using var document = JsonDocument.Parse(data);
        foreach (var change in document.RootElement.GetProperty("changes").EnumerateArray())
        {
            received(change.GetProperty("key").GetString()!);
            Interlocked.Increment(ref changes);
        }
    }
}
