using CsCheck;
using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.Reading;

/// <summary>Items that an agent may not read do not change the answers of any of its reads.</summary>
public sealed class NonInterferenceTests
{
    // The owner's items for another agent, under keys all over the order. "zed" and "hidden" occur nowhere else.
    private static readonly Gen<PushItems> HiddenPush =
        Gen.Select(Gen.OneOf("", "a", "a/b", "\uE000", "\U0001F600"), Gen.Int[0, 9], Gen.Bool, Gen.OneOf<int?>(null, 0, 1))
            .Select((prefix, number, isDirect, ttl) => Commands.Push(
                $"{prefix}~{number}", "\"secret\"", by: number % 2 == 0 ? "zed" : null,
                topics: isDirect ? [] : ["hidden"],
                to: isDirect ? ["zed"] : [],
                ttl: ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : null));

    [Fact]
    public void AnyHistory_WithAndWithoutHiddenItems_ReadsTheSame() =>
        Gen.Select(Steps.Batches, HiddenPush.Array[1, 20]).Sample(
            (batches, hidden) =>
            {
                var (alone, beside) = (new TestMesh(), new TestMesh());
                for (var round = 0; round < Math.Max(batches.Length, hidden.Length); round++)
                {
                    if (round < hidden.Length)
                    {
                        Assert.True(beside.DoAsync(hidden[round]).IsCompletedSuccessfully);
                    }

                    foreach (var step in round < batches.Length ? batches[round].Steps : [])
                    {
                        Assert.Equal(Outcome(alone, step), Outcome(beside, step));
                    }

                    var pause = TimeSpan.FromSeconds(round < batches.Length ? batches[round].Seconds : 1);
                    alone.Clock.Advance(pause);
                    beside.Clock.Advance(pause);
                    foreach (var agent in Steps.Agents)
                    {
                        Assert.Equal(Seen(alone, agent, round), Seen(beside, agent, round));
                    }
                }
            },
            iter: 200);

    // Commands of agents only, without guards: a guard names revisions, and these show how many commands there were.
    private static string Outcome(TestMesh mesh, Step step)
    {
        var command = step switch
        {
            PushStep push => (push with { Drafts = [.. push.Drafts.Select(draft => draft with { Guard = Guard.None })] }).ToCommand(),
            RemoveStep remove => (remove with { Guard = Guard.None }).ToCommand(),
            ClearStep { By: null } or PurgeStep { By: null } => Commands.Purge(by: "ann"),
            _ => step.ToCommand(),
        };
        try
        {
            var result = mesh.DoAsync(command).GetAwaiter().GetResult();
            return $"{result.IsReplay} {result.Answer.Items} {string.Join(' ', result.Answer.Topics ?? [])}";
        }
        catch (MeshException refusal)
        {
            return $"{refusal.Reason} {refusal.Message}";
        }
    }

    private static string Seen(TestMesh mesh, string agent, int round)
    {
        var (view, text) = (mesh.View(agent), new StringBuilder());
        foreach (var topic in new[] { null, "t", "u", "hidden" })
        {
            var filter = new ItemFilter(topic is null ? [] : [TopicName.Parse(topic)], Glob: round % 2 == 0 ? null : KeyGlob.Parse("*a*"));
            foreach (var page in Pages.Walk(view, filter, 1 + (round % 3)))
            {
                text.Append(' ').AppendJoin(',', page.Items.Select(item => $"{item.Key}={item.ValueJson}"));
                text.Append('>').Append(page.NextAfter);
            }
        }
        foreach (var key in Steps.Keys.SelectMany(key => new[] { key, $"{key}~1" }))
        {
            text.Append(view.Find(ContextKey.Parse(key))?.ValueJson ?? "-");
        }

        return text
            .AppendJoin(' ', Pages.AllTopics(view, 2).Select(listing => $"{listing.Name}: {string.Join(',', listing.Subscribers)}"))
            .Append(view.Count())
            .ToString();
    }
}
