using Google.Protobuf.WellKnownTypes;

namespace Syntha.Client;

/// <summary>Turns the options of a subscription into requests of the contract.</summary>
internal static class StreamRequests
{
    internal static V1.SubscribeRequest Subscribe(SubscriptionOptions options, string? agentName)
    {
        var request = new V1.SubscribeRequest
        {
            Filter = FilterOf(options, options.Topics, nameof(options.Topics)),
            View = Requests.ViewOf(options.KeysOnly),
            Heartbeat = HeartbeatOf(options),
            Kinds = { options.Kinds.Select(WireKind.Of) },
            IncludeAgents = options.IncludeAgents,
            IncludeClaims = options.IncludeClaims,
        };
        WireText.SetIfGiven(agentName, nameof(agentName), agent => request.AsAgent = agent);
        return request;
    }

    internal static V1.SubscribeToTopicsRequest SubscribeToTopics(
        IEnumerable<string> topics,
        SubscriptionOptions options,
        string agentName)
    {
        if (options.Topics.Count > 0)
        {
            throw new ArgumentException($"The topics are an argument of this method. Leave {nameof(options.Topics)} out.", nameof(options));
        }

        if (options.IncludeAgents)
        {
            throw new ArgumentException(
                $"Only the owner sees what is stored about agents. Leave {nameof(options.IncludeAgents)} out, or use "
                + $"{nameof(ContextMesh)}.{nameof(ContextMesh.SubscribeAsync)}.",
                nameof(options));
        }

        return new()
        {
            AsAgent = agentName,
            Filter = FilterOf(options, topics, nameof(topics)),
            View = Requests.ViewOf(options.KeysOnly),
            Heartbeat = HeartbeatOf(options),
            Kinds = { options.Kinds.Select(WireKind.Of) },
            IncludeClaims = options.IncludeClaims,
        };
    }

    private static V1.ItemFilter FilterOf(SubscriptionOptions options, IEnumerable<string> topics, string parameterName)
    {
        var filter = new V1.ItemFilter
        {
            Topics = { WireText.Checked(topics, parameterName) },
            KeyPrefix = WireText.Checked(options.KeyPrefix, nameof(options.KeyPrefix)),
        };
        WireText.SetIfGiven(options.KeyGlob, nameof(options.KeyGlob), glob => filter.KeyGlob = glob);
        return filter;
    }

    private static Duration? HeartbeatOf(SubscriptionOptions options)
    {
        var (shortest, longest) = (SubscriptionOptions.ShortestHeartbeat, SubscriptionOptions.LongestHeartbeat);
        return options.Heartbeat >= shortest && options.Heartbeat <= longest
            ? WireTime.ToDuration(options.Heartbeat)
            : throw new ArgumentException(
                $"{nameof(options.Heartbeat)} is {options.Heartbeat}. Give {shortest} to {longest}.", nameof(options));
    }
}
