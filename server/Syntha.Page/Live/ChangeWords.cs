using Syntha.Page.Parts;

namespace Syntha.Page.Live;

/// <summary>Changes in words.</summary>
internal static class ChangeWords
{
    /// <summary>The kinds in the order in which the view offers them, each with its word, its sign, and its meaning.</summary>
    public static IReadOnlyList<(ChangeKind Kind, string Word, string Sign, string Meaning)> Kinds { get; } =
    [
        (ChangeKind.Created, "created", "+", "A new item."),
        (ChangeKind.Updated, "written", "~", "An item was written again."),
        (ChangeKind.Removed, "removed", "−", "An item was removed."),
        (ChangeKind.Expired, "expired", "×", "An item's time to live has ended."),
        (ChangeKind.EnteredView, "entered the view", "→", "An item has new routing, and can be seen from now on."),
        (ChangeKind.LeftView, "left the view", "←", "An item has new routing, and can be seen no longer."),
        (ChangeKind.Redacted, "redacted", "■", "The value of a former version was removed from history."),
        (ChangeKind.AgentChanged, "agent changed", "@", "An agent's topics, permissions or access were set."),
    ];

    public static string Word(ChangeKind kind) => Kinds.FirstOrDefault(one => one.Kind == kind).Word ?? "changed";

    public static string Sign(ChangeKind kind) => Kinds.FirstOrDefault(one => one.Kind == kind).Sign ?? "?";

    public static string Meaning(ChangeKind kind) => Kinds.FirstOrDefault(one => one.Kind == kind).Meaning ?? "";

    /// <summary>What is stored about an agent, in one line.</summary>
    public static string Agent(AgentState? state)
    {
        if (state is null)
        {
            return "";
        }

        var topics = state.Topics.Count == 0 ? "no topics" : $"reads {PostWords.Few(state.Topics)}";
        var posts = state.Permissions is { } may ? $"may post {PostWords.May(may)}" : "may post anything";
        return $"{topics} · {posts} · {(state.Access is null ? "all tools" : "tools are limited")}";
    }
}
