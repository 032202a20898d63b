using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using ModelContextProtocol.Protocol;
using Syntha.Server.Doors;
using Syntha.Server.Tools;

namespace Syntha.Server.Mcp;

/// <summary>
/// The resource <c>syntha://changes</c>: what changed since a position. It reads the same feed as streams, as far as the mesh was when the
/// read began. A client that reads it after it has listened anew misses nothing.
/// </summary>
internal sealed class McpChanges
{
    // Some hundred kilobytes of names at the most, for usual keys.
    private const int MaxChanges = 1_000;

    private static readonly Duration ShortestHeartbeat = new() { Seconds = 1 };

    private readonly List<V1.Change> changes = [];
    private readonly V1.Position head;
    private V1.Position through;
    private bool isReset;
    private bool isWhole;

    private McpChanges(V1.Position head, V1.Position after) => (this.head, through) = (head, after);

    // It ends between two revisions, or a revision that is longer than an answer would never be passed.
    private bool IsDone => isReset || (isWhole && (through.Revision >= head.Revision || changes.Count >= MaxChanges));

    /// <param name="call">The request.</param>
    /// <param name="address">The address that was asked for.</param>
    /// <param name="after">The position. Null: the answer tells the present one.</param>
    public static async Task<ReadResourceResult> ReadAsync(McpCall call, string address, string? after)
    {
        var access = await call.AskAsync<V1.GetAccessRequest, V1.GetAccessResponse>(
            nameof(V1.ToolHandler.ToolHandlerBase.GetAccess), new() { Agent = call.Agent });
        var head = access.Position;
        var start = after is null ? head : McpPosition.Parse(after);
        // The position of a user without a store. All that came since then is in the store of today.
        if (start.Epoch.Length == 0)
        {
            start = new() { Epoch = head.Epoch };
        }

        var read = new McpChanges(head, start);
        if (!start.Equals(head))
        {
            await read.CollectAsync(call);
        }

        return McpResources.Answer([McpResources.Content(address, read.ToJson())], read.through);
    }

    private async Task CollectAsync(McpCall call)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled);
        var request = new V1.SubscribeToTopicsRequest
        {
            AsAgent = call.Agent,
            View = V1.ItemView.Keys,
            Start = new() { After = through },
            SkipRegistration = true,
            Heartbeat = ShortestHeartbeat,
        };
        await call.FollowAsync(
            request,
            message =>
            {
                Take(message);
                return IsDone ? done.CancelAsync() : Task.CompletedTask;
            },
            done.Token);
    }

    private void Take(V1.SubscribeResponse message)
    {
        switch (message.MessageCase)
        {
            case V1.SubscribeResponse.MessageOneofCase.Reset:
                (isReset, through) = (true, message.Reset.Position);
                changes.Clear();
                break;
            case V1.SubscribeResponse.MessageOneofCase.Changes:
                changes.AddRange(message.Changes.Changes_);
                isWhole = message.Changes.Through is not null;
                through = message.Changes.Through ?? through;
                break;
            case V1.SubscribeResponse.MessageOneofCase.Progress:
                (isWhole, through) = (true, message.Progress.Through);
                break;
        }
    }

    private string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("position", PositionText.Of(through));
            json.WriteBoolean("is_reset", isReset);
            json.WriteBoolean("has_more", !isReset && through.Revision < head.Revision);
            json.WriteStartArray("changes");
            foreach (var change in changes)
            {
                json.WriteStartObject();
                json.WriteString("kind", KindOf(change.Kind));
                json.WriteString("uri", McpAddress.OfKey(change.Key));
                json.WriteNumber("revision", change.Revision);
                json.WriteList("topics", change.Item?.Topics ?? []);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string KindOf(V1.ChangeKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
