using System.Text;
using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;

namespace Syntha.Server.Tools;

internal sealed class ListContextTool() : ReadingTool(
    Tool.ListContext,
    "List context",
    "List the keys that you can read, by the topics that you are subscribed to, without their values.")
{
    // The heading for keys that are in none of the agent's topics. The Python package uses the same name.
    private const string Other = "other";

    // The result has each key twice or more: once in the whole list, and once for each of its topics.
    private const long MaxBytes = PageLimits.MaxBytes / 2;

    public override ImmutableArray<ResultMember> Results { get; } =
    [
        new("keys_by_topic", ResultKind.ByName), new("all_accessible_keys", ResultKind.TextList),
        new("topics_subscribed", ResultKind.TextList), new("agent_name", ResultKind.Text), new("total_keys", ResultKind.Number),
    ];

    public override ToolResult Read(AgentName agent, ToolArguments arguments, MeshView view)
    {
        var topics = view.TopicsOf(agent).ToImmutableArray();
        var isOwn = topics.ToHashSet();
        var byTopic = new OrderedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var topic in topics)
        {
            byTopic[topic.Value] = [];
        }

        var (keys, bytes, isWhole) = (new List<string>(), 0L, true);
        foreach (var item in view.All())
        {
            var key = item.Key.Value;
            var named = item.Readers.Topics.Where(isOwn.Contains).Select(topic => topic.Value).DefaultIfEmpty(Other).ToList();
            bytes += (1 + named.Count) * (4L + Encoding.UTF8.GetByteCount(key));
            if (bytes > MaxBytes && keys.Count > 0)
            {
                isWhole = false;
                break;
            }
            keys.Add(key);
            foreach (var topic in named)
            {
                (byTopic.TryGetValue(topic, out var listed) ? listed : byTopic[topic] = []).Add(key);
            }
        }
        var message = isWhole ? $"{keys.Count} accessible context keys" : $"The first {keys.Count} accessible context keys";
        return ToolResult.Success(message, json =>
        {
            json.WriteStartObject("keys_by_topic");
            foreach (var (topic, listed) in byTopic)
            {
                json.WriteList(topic, listed);
            }

            json.WriteEndObject();
            json.WriteList("all_accessible_keys", keys);
            json.WriteList("topics_subscribed", topics);
            json.WriteString("agent_name", agent.Value);
            json.WriteNumber("total_keys", keys.Count);
        });
    }
}
