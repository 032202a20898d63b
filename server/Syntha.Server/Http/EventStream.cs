using System.Buffers;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Syntha.Server.Doors;

namespace Syntha.Server.Http;

/// <summary>
/// Writes a stream as Server-Sent Events (WHATWG HTML, section 9.2). Each message is one event, named like the message's field. The id of
/// an event is the position to resume after, so that a reader which reconnects with <c>Last-Event-ID</c> misses nothing. For one stream.
/// </summary>
internal sealed class EventStream(HttpContext http, TimeProvider time)
{
    /// <summary>The parameter that says where a stream starts.</summary>
    public const string Start = "start";

    /// <summary>The header by which a reader resumes.</summary>
    public const string LastEventId = "Last-Event-ID";

    private const string ContentType = "text/event-stream";
    private const string Snapshot = "snapshot";
    private const string Now = "now";

    // A reader that does not take the last event is cut off.
    private static readonly TimeSpan LastChance = TimeSpan.FromSeconds(1);

    private readonly ArrayBufferWriter<byte> buffer = new();

    /// <summary>Where a stream starts: the header wins, because a reader sends it when it connects again.</summary>
    /// <exception cref="MeshException">ARGUMENT_INVALID.</exception>
    public static V1.StreamStart StartOf(string? lastEventId, string? start)
    {
        var (text, field) = string.IsNullOrEmpty(lastEventId) ? (start ?? Now, Start) : (lastEventId, LastEventId);
        return text switch
        {
            Now => new() { Now = new() },
            Snapshot => new() { Snapshot = new() },
            _ when PositionText.TryParse(text, out var after) => new() { After = after },
            _ => throw new MeshException(
                ErrorReason.ArgumentInvalid, $"{field}: It is `now`, `snapshot`, or the id of an event that the server has sent.")
            {
                Field = field,
            },
        };
    }

    public Task WriteAsync(V1.SubscribeResponse message)
    {
        if (!http.Response.HasStarted)
        {
            Begin();
        }

        var (name, content) = ContentOf(message);
        return WriteAsync(name, IdOf(message), MessageWriter.Write(content).Span);
    }

    /// <summary>Ends a stream that has begun with the reason why it fails. A reader that takes nothing is cut off.</summary>
    public async Task FailAsync(CallFailure failure)
    {
        // The reader that is too slow would not take it either.
        if (failure.Reason == ErrorReason.SlowConsumer || http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
            return;
        }

        try
        {
            await WriteAsync("error", null, Problem.Write(failure).Span).WaitAsync(LastChance, time);
        }
        catch (Exception gone) when (gone is TimeoutException or InvalidOperationException or OperationCanceledException)
        {
            http.Abort();
        }
    }

    private void Begin()
    {
        // The stream has a bound of its own for a reader that takes nothing. Over HTTP/2 there is no such feature.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
    }

    // Text that is written before the first byte of the answer still waits for the answer's headers, so each event is flushed.
    private Task WriteAsync(string name, string? id, ReadOnlySpan<byte> json)
    {
        buffer.ResetWrittenCount();
        Line("event: ", Encoding.UTF8.GetBytes(name));
        if (id is not null)
        {
            Line("id: ", Encoding.UTF8.GetBytes(id));
        }

        // A value may have line breaks between its parts. Each line of it is a line of data.
        while (json.IndexOfAny((byte)'\r', (byte)'\n') is var end and >= 0)
        {
            Line("data: ", json[..end]);
            var isPair = json[end] == '\r' && end + 1 < json.Length && json[end + 1] == '\n';
            json = json[(end + (isPair ? 2 : 1))..];
        }

        Line("data: ", json);
        buffer.Write("\n"u8);
        return FlushAsync();
    }

    private async Task FlushAsync()
    {
        var flushed = await http.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, CancellationToken.None);
        if (flushed.IsCompleted)
        {
            throw Wire.FrameWriter.ReaderGone();
        }
    }

    private void Line(string name, ReadOnlySpan<byte> content)
    {
        buffer.Write(Encoding.UTF8.GetBytes(name));
        buffer.Write(content);
        buffer.Write("\n"u8);
    }

    private static (string Name, IMessage Content) ContentOf(V1.SubscribeResponse message)
    {
        var field = message.MessageCase == V1.SubscribeResponse.MessageOneofCase.None
            ? null
            : V1.SubscribeResponse.Descriptor.FindFieldByNumber((int)message.MessageCase);
        return field is null ? ("message", new Empty()) : (field.Name, (IMessage)field.Accessor.GetValue(message));
    }

    // While a snapshot is not complete there is no position to resume after. A reader that is cut off begins with a new snapshot.
    private static string? IdOf(V1.SubscribeResponse message) => message.MessageCase switch
    {
        V1.SubscribeResponse.MessageOneofCase.Established when message.Established.SnapshotFollows => Snapshot,
        V1.SubscribeResponse.MessageOneofCase.Established => PositionText.Of(message.Established.Position),
        V1.SubscribeResponse.MessageOneofCase.Reset => Snapshot,
        V1.SubscribeResponse.MessageOneofCase.SnapshotEnd => PositionText.Of(message.SnapshotEnd.Position),
        V1.SubscribeResponse.MessageOneofCase.Changes when message.Changes.Through is { } through => PositionText.Of(through),
        V1.SubscribeResponse.MessageOneofCase.Progress => PositionText.Of(message.Progress.Through),
        V1.SubscribeResponse.MessageOneofCase.Ending when message.Ending.Through is { } through => PositionText.Of(through),
        _ => null,
    };
}
