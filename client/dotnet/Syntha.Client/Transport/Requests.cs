using System.Text.Json;

namespace Syntha.Client;

/// <summary>Turns arguments into requests of the contract that several methods share.</summary>
internal static class Requests
{
    /// <summary>The caller's id, or a new one. Version 7 grows with time, which costs the server's index least.</summary>
    internal static Guid IdOf(WriteOptions? options) => options?.RequestId ?? NewId();

    internal static Guid NewId() => Guid.CreateVersion7();

    internal static V1.PushRequest Push(string? asAgent, string key, string json, PushOptions? options, Guid requestId)
    {
        var request = new V1.PushRequest
        {
            RequestId = requestId.ToString(),
            Item = Item(key, json, options ?? new PushOptions()),
            IfClaim = options?.IfClaim?.ToWire(),
        };
        WireText.SetIfGiven(asAgent, nameof(options.AgentName), agent => request.AsAgent = agent);
        return request;
    }

    internal static V1.ItemWrite Item(PushEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Item(entry.Key, JsonText.Of(entry.Value, nameof(entry.Value)), new PushOptions
        {
            Topics = entry.Topics,
            Subscribers = entry.Subscribers,
            Ttl = entry.Ttl,
            IfRevision = entry.IfRevision,
            Metadata = entry.Metadata,
        });
    }

    internal static V1.PatchRequest Patch(string? asAgent, string key, ValuePatch patch, PatchOptions? options, Guid requestId)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var request = new V1.PatchRequest
        {
            RequestId = requestId.ToString(),
            Patch = patch.For(key, options?.IfRevision),
            IfClaim = options?.IfClaim?.ToWire(),
        };
        WireText.SetIfGiven(asAgent, nameof(options.AgentName), agent => request.AsAgent = agent);
        return request;
    }

    internal static V1.CommitRequest Commit(
        string? asAgent, IEnumerable<CommitOperation> operations, CommitOptions? options, Guid requestId)
    {
        ArgumentNullException.ThrowIfNull(operations);
        var request = new V1.CommitRequest
        {
            RequestId = requestId.ToString(),
            Operations = { operations.Select(operation => (operation ?? throw Missing(nameof(operations))).ToWire()) },
        };
        foreach (var (key, revision) in options?.Guards ?? new Dictionary<string, long>())
        {
            request.Guards.Add(new V1.Guard
            {
                IfRevision = new() { Key = WireText.Checked(key, nameof(options.Guards)), Revision = revision },
            });
        }

        if (options?.IfClaim is { } token)
        {
            request.Guards.Add(new V1.Guard { IfClaim = token.ToWire() });
        }

        WireText.SetIfGiven(asAgent, nameof(options.AgentName), agent => request.AsAgent = agent);
        return request;
    }

    internal static PatchReceipt ReceiptOf(V1.PatchResponse response, Guid requestId) => new(
        Position.From(response.Position), response.Replayed, requestId, ResultOf(response.HasResultJson, response.ResultJson));

    internal static CommitReceipt ReceiptOf(V1.CommitResponse response, Guid requestId) => new(
        Position.From(response.Position),
        response.Replayed,
        requestId,
        [.. response.Results.Select(result => new OperationResult(result.Removed, ResultOf(result.HasResultJson, result.ResultJson))
        {
            Claim = result.Claim is null ? null : ClaimState.From(result.Claim),
        })]);

    internal static V1.ListRequest List(ListFilter filter)
    {
        var request = new V1.ListRequest
        {
            Filter = new() { KeyPrefix = WireText.Checked(filter.KeyPrefix, nameof(filter.KeyPrefix)) },
            View = ViewOf(filter.KeysOnly),
            PageSize = filter.PageSize,
        };
        WireText.SetIfGiven(filter.AgentName, nameof(filter.AgentName), agent => request.AsAgent = agent);
        WireText.SetIfGiven(filter.Topic, nameof(filter.Topic), request.Filter.Topics.Add);
        WireText.SetIfGiven(filter.KeyGlob, nameof(filter.KeyGlob), glob => request.Filter.KeyGlob = glob);
        return request;
    }

    internal static V1.ItemView ViewOf(bool keysOnly) => keysOnly ? V1.ItemView.Keys : V1.ItemView.Json;

    private static ArgumentException Missing(string list) => new($"An element of {list} is null.", list);

    private static JsonElement? ResultOf(bool isTold, string json) => isTold ? JsonText.Parse(json) : null;

    private static V1.ItemWrite Item(string key, string json, PushOptions options)
    {
        var item = new V1.ItemWrite
        {
            Key = WireText.Checked(key, nameof(key)),
            ValueJson = json,
            Topics = { WireText.Checked(options.Topics, nameof(options.Topics)) },
            Subscribers = { WireText.Checked(options.Subscribers, nameof(options.Subscribers)) },
            Ttl = WireTime.ToDuration(options.Ttl),
        };
        if (options.IfRevision is { } revision)
        {
            item.IfRevision = revision;
        }

        if (options.Metadata is { } metadata)
        {
            item.MetadataJson = JsonText.OfObject(metadata, nameof(options.Metadata));
        }

        return item;
    }
}
