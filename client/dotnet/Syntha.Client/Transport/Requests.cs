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

    /// <summary>Fetches a plan page by page. All pages are of the position of the first one.</summary>
    internal static async Task<UndoPlan> PlanUndoAsync(
        Func<V1.PlanUndoRequest, CancellationToken, Task<V1.PlanUndoResponse>> fetch, UndoScope scope, string? agentName, bool keysOnly,
        JsonSerializerOptions jsonOptions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var request = new V1.PlanUndoRequest { Scope = scope.ToWire(), View = ViewOf(keysOnly), PageSize = keysOnly ? 10_000 : 1_000 };
        WireText.SetIfGiven(agentName, nameof(agentName), agent => request.AsAgent = agent);
        var undos = new List<PlannedUndo>();
        while (true)
        {
            var page = await fetch(request, cancellationToken).ConfigureAwait(false);
            undos.AddRange(page.Undos.Select(undo => new PlannedUndo(undo, jsonOptions)));
            request.PageToken = page.NextPageToken;
            if (request.PageToken.Length == 0)
            {
                return new(scope, agentName, Position.From(page.Position), undos);
            }
        }
    }

    internal static (V1.UndoRequest Request, Guid RequestId) Undo(UndoPlan plan, UndoOptions? options)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var requestId = options?.RequestId ?? NewId();
        var request = new V1.UndoRequest
        {
            RequestId = requestId.ToString(),
            Scope = plan.Scope.ToWire(),
            PlanPosition = plan.Position.ToWire(),
            AllOrNothing = options?.AllOrNothing == true,
        };
        WireText.SetIfGiven(plan.AgentName, nameof(plan.AgentName), agent => request.AsAgent = agent);
        return (request, requestId);
    }

    internal static UndoReceipt ReceiptOf(V1.UndoResponse response, Guid requestId) =>
        new(Position.From(response.Position), response.Replayed, requestId, response.Undone, response.LeftAlone);

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
