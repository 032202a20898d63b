using Syntha.Client.Json;

namespace Syntha.Client.Transport;

/// <summary>Turns the arguments of pushes into requests of the contract.</summary>
internal static class Requests
{
    /// <summary>The caller's id, or a new one: version 7 grows with time, which the server's index likes best.</summary>
    internal static Guid IdOf(WriteOptions? options) => options?.RequestId ?? NewId();

    internal static Guid NewId() => Guid.CreateVersion7();

    internal static IEnumerable<string> Names(IEnumerable<string> names, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(names, parameterName);
        return names.Select(name => WireText.Checked(name, parameterName));
    }

    internal static V1.PushRequest Push(string key, string json, PushOptions? options, Guid requestId)
    {
        var request = new V1.PushRequest
        {
            Key = WireText.Checked(key, nameof(key)),
            ValueJson = json,
            RequestId = requestId.ToString(),
        };
        if (options is null)
        {
            return request;
        }

        request.Topics.AddRange(Names(options.Topics, nameof(options.Topics)));
        request.Subscribers.AddRange(Names(options.Subscribers, nameof(options.Subscribers)));
        if (options.Ttl is { } ttl)
        {
            request.Ttl = WireTime.ToDuration(ttl);
        }

        if (options.IfRevision is { } revision)
        {
            request.IfRevision = revision;
        }

        if (options.Metadata is { } metadata)
        {
            request.MetadataJson = JsonText.OfObject(metadata, nameof(options.Metadata));
        }

        if (options.AgentName is { } agentName)
        {
            request.AgentName = WireText.Checked(agentName, nameof(options.AgentName));
        }

        return request;
    }

    /// <summary>An agent's push: the same fields under the agent's service.</summary>
    internal static V1.PushContextRequest PushContext(string agentName, string key, string json, PushOptions? options, Guid requestId)
    {
        var push = Push(key, json, options, requestId);
        var request = new V1.PushContextRequest
        {
            AgentName = agentName,
            Key = push.Key,
            ValueJson = push.ValueJson,
            RequestId = push.RequestId,
            Topics = { push.Topics },
            Subscribers = { push.Subscribers },
            Ttl = push.Ttl,
        };
        if (push.HasIfRevision)
        {
            request.IfRevision = push.IfRevision;
        }

        if (push.HasMetadataJson)
        {
            request.MetadataJson = push.MetadataJson;
        }

        return request;
    }

    internal static V1.PushManyEntry Entry(PushEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var wire = new V1.PushManyEntry
        {
            Key = WireText.Checked(entry.Key, nameof(entry.Key)),
            ValueJson = JsonText.Of(entry.Value, nameof(entry.Value)),
            Topics = { Names(entry.Topics, nameof(entry.Topics)) },
            Subscribers = { Names(entry.Subscribers, nameof(entry.Subscribers)) },
        };
        if (entry.Ttl is { } ttl)
        {
            wire.Ttl = WireTime.ToDuration(ttl);
        }

        if (entry.IfRevision is { } revision)
        {
            wire.IfRevision = revision;
        }

        if (entry.Metadata is { } metadata)
        {
            wire.MetadataJson = JsonText.OfObject(metadata, nameof(entry.Metadata));
        }

        return wire;
    }
}
