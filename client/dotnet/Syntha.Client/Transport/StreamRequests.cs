using Google.Protobuf.WellKnownTypes;

namespace Syntha.Client.Transport;

/// <summary>Turns the options of a subscription into requests of the contract.</summary>
internal static class StreamRequests
{
    internal static V1.SubscribeRequest Subscribe(SubscriptionOptions options, string? agentName)
    {
        var request = new V1.SubscribeRequest { Filter = FilterOf(options), Heartbeat = HeartbeatOf(options) };
        request.Filter.Topics.AddRange(Requests.Names(options.Topics, nameof(options.Topics)));
        if (agentName is not null)
        {
            request.AgentName = WireText.Checked(agentName, nameof(agentName));
        }

        return request;
    }

    internal static V1.SubscribeToTopicsRequest SubscribeToTopics(
        IEnumerable<string> topics,
        SubscriptionOptions options,
        string agentName)
    {
        if (options.Topics.Count > 0)
        {
            throw new ArgumentException("The topics are an argument of this method: leave those of the options out.", nameof(options));
        }

        return new()
        {
            AgentName = agentName,
            Topics = { Requests.Names(topics, nameof(topics)) },
            Filter = FilterOf(options),
            Heartbeat = HeartbeatOf(options),
        };
    }

    private static V1.StreamFilter FilterOf(SubscriptionOptions options)
    {
        var filter = new V1.StreamFilter
        {
            KeyPrefix = WireText.Checked(options.KeyPrefix, nameof(options.KeyPrefix)),
            KeysOnly = options.KeysOnly,
            IncludeAgents = options.IncludeAgents,
            Kinds = { options.Kinds.Select(kind => (V1.ChangeKind)kind) },
        };
        if (options.KeyGlob is { } glob)
        {
            filter.KeyGlob = WireText.Checked(glob, nameof(options.KeyGlob));
        }

        return filter;
    }

    private static Duration HeartbeatOf(SubscriptionOptions options)
    {
        var (shortest, longest) = (SubscriptionOptions.ShortestHeartbeat, SubscriptionOptions.LongestHeartbeat);
        return options.Heartbeat >= shortest && options.Heartbeat <= longest
            ? WireTime.ToDuration(options.Heartbeat)
            : throw new ArgumentException(
                $"{nameof(options.Heartbeat)} is {options.Heartbeat}. Give {shortest} to {longest}.", nameof(options));
    }
}
