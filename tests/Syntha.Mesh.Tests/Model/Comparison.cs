namespace Syntha.Mesh.Tests.Model;

/// <summary>Holds everything that can be read of a mesh, by everyone, against the model.</summary>
internal static class Comparison
{
    private static readonly string?[] Readers = [null, "ann", "bob", "cid", "stranger"];
    private static readonly string?[] Topics = [null, "t", "u", "ann"];
    private static readonly string[] Prefixes = ["", "a", "\uE000", "z"];
    private static readonly string?[] Globs = [null, "*", "a*", "?", "[!a]*", "*/b"];

    /// <param name="model">The expected content.</param>
    /// <param name="mesh">The mesh to compare.</param>
    /// <param name="round">Chooses among filters and page sizes, so that over a few rounds all are met.</param>
    public static void Hold(NaiveMesh model, UserMesh mesh, int round)
    {
        Assert.Equal(model.Revision, mesh.View(null).Position.Revision);
        foreach (var by in Readers)
        {
            var view = mesh.View(Commands.Agent(by));
            foreach (var key in Steps.Keys)
            {
                Assert.Equal(Text(model.Find(by, key)), Text(view.Find(ContextKey.Parse(key))));
            }

            foreach (var topic in Topics)
            {
                var (prefix, glob, size) = (Prefixes[round % Prefixes.Length], Globs[round % Globs.Length], 1 + (round % 3));
                foreach (var (aPrefix, aGlob) in new[] { ("", null), (prefix, null), ("", glob), (prefix, glob) })
                {
                    var filter = new ItemFilter(
                        topic is null ? [] : [TopicName.Parse(topic)], aPrefix, aGlob is null ? null : KeyGlob.Parse(aGlob));
                    Assert.Equal(
                        model.List(by, topic, aPrefix, aGlob).Select(Text), Pages.All(view, filter, size).Select(Text));
                }
            }
            Assert.Equal(
                model.Topics(by),
                Pages.AllTopics(view, 1 + (round % 3))
                    .Select(listing => (listing.Name.Value, string.Join(' ', listing.Subscribers.Select(agent => agent.Value)))));
            Assert.Equal(model.Count(by), view.Count());
            if (by is null)
            {
                continue;
            }

            Assert.Equal(model.TopicsOf(by), view.TopicsOf(AgentName.Parse(by)).Select(topic => topic.Value));
            Assert.Equal(Text(model.PermissionsOf(by)), Text(view.PermissionsOf(AgentName.Parse(by))));
        }
    }

    public static void HoldAnswer(Step step, NaiveAnswer expected, CommandResult result)
    {
        Assert.True(expected.Refusal is null, $"{step}: accepted; {expected.Refusal} was expected");
        Assert.Equal(
            (step, expected.Revision, expected.IsReplay, expected.Items, expected.Agents, expected.Topics, expected.Result),
            (step, result.Position.Revision, result.IsReplay, result.Answer.Items, result.Answer.Agents, Join(result.Answer.Topics ?? []),
                step is CommitStep commit ? ResultsOf(commit, result.Answer) : result.Answer.Result));
    }

    private static string ResultsOf(CommitStep commit, CommandAnswer answer) => string.Join(
        ' ',
        commit.Operations.Select((_, index) => answer.Parts?.ElementAtOrDefault(index) ?? CommandAnswer.None)
            .Select(part => $"{part.Items}/{part.Result}"));

    private static string? Text(NaiveItem? item) => item is null ? null :
        $"{item.Key}={item.Value} by {item.Author} in {Join(item.Topics)} for {Join(item.Subscribers)} " +
        $"until {item.ExpiresAt:O} at {item.Revision}";

    private static string? Text(ContextItem? item) => item is null ? null :
        $"{item.Key}={item.ValueJson} by {item.Readers.Author} in {Join(item.Readers.Topics)} for {Join(item.Readers.Subscribers)} " +
        $"until {item.ExpiresAt:O} at {item.Place.Revision}";

    private static string? Text(RestrictStep? allowed) => allowed is null ? null : $"{allowed.Topics} {allowed.Global} {allowed.Direct}";

    private static string? Text(PostPermissions? allowed) =>
        allowed is null ? null : $"{Join(allowed.Topics)} {allowed.MayPostGlobal} {allowed.MayPostDirect}";

    private static string Join<TName>(IEnumerable<TName> names) => string.Join(' ', names);
}
