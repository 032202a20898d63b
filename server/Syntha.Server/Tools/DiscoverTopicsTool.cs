using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;

namespace Syntha.Server.Tools;

internal sealed class DiscoverTopicsTool() : ReadingTool(
    Tool.DiscoverTopics,
    "Discover topics",
    "See which topics there are and how many agents are subscribed to each, the most popular first.",
    new ToolParameter("include_subscriber_names", ParameterKind.Flag, "Whether to name the subscribed agents. Default false."))
{
    private const int MaxTopics = 1_000;
    private const int PopularFrom = 2;
    private const int MaxSuggestions = 5;

    public override ImmutableArray<ResultMember> Results { get; } =
    [
        new("topics", ResultKind.ByName), new("total_topics", ResultKind.Number), new("popular_topics", ResultKind.TextList),
        new("suggestions", ResultKind.ByName),
    ];

    public override ToolResult Read(AgentName agent, ToolArguments arguments, MeshView view)
    {
        var namesSubscribers = arguments.IsSet("include_subscriber_names");
        var page = view.ListTopics(after: null, MaxTopics);
        var topics = page.Topics.OrderByDescending(topic => topic.Subscribers.Length).ToList();
        var message = page.NextAfter is null ? $"Found {topics.Count} topics" : $"The first {topics.Count} topics by name";
        return ToolResult.Success(message, json =>
        {
            json.WriteStartObject("topics");
            foreach (var topic in topics)
            {
                json.WriteStartObject(topic.Name.Value);
                json.WriteNumber("subscriber_count", topic.Subscribers.Length);
                json.WriteBoolean("is_active", !topic.Subscribers.IsEmpty);
                if (namesSubscribers)
                {
                    json.WriteList("subscribers", topic.Subscribers.Select(subscriber => subscriber.Value));
                }

                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteNumber("total_topics", topics.Count);
            json.WriteList("popular_topics", topics.Where(topic => topic.Subscribers.Length >= PopularFrom).Select(topic => topic.Name));
            json.WriteStartObject("suggestions");
            foreach (var topic in topics.Where(topic => !topic.Subscribers.Contains(agent)).Take(MaxSuggestions))
            {
                json.WriteString(topic.Name.Value, Suggestion(topic));
            }

            json.WriteEndObject();
        });
    }

    private static string Suggestion(TopicListing topic) => topic.Subscribers.Length == 1
        ? $"Subscribe to '{topic.Name}' (1 subscriber)"
        : $"Subscribe to '{topic.Name}' ({topic.Subscribers.Length} subscribers)";
}
