using CsCheck;
using Syntha.Mesh.Following;
using Syntha.Mesh.History;
using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.History;

/// <summary>Undos of any part of any history, against a model that goes backwards from the end of the log, key by key.</summary>
public sealed class UndoModelTests
{
    private static readonly Gen<(Batch[] Batches, int From, int Length, string? Author)> Cases =
        Gen.Select(Steps.Batches, Gen.Int[0, 40], Gen.Int[0, 20], Gen.OneOf<string?>(null, "ann", "bob", "cid"));

    [Fact]
    public async Task Undo_OfAnyPart_DoesWhatTheModelDoesAndItsUndoIsTheIdentity() =>
        await Cases.SampleAsync(
            async one =>
            {
                var play = new PastPlay(LogLimits.Default);
                await play.PlayAsync(one.Batches);
                var mesh = play.Mesh;
                var head = mesh.Store.Log.Length;
                var after = Math.Min(one.From, head);
                var through = Math.Min(after + one.Length, head);
                var scope = new UndoScope(mesh.At(after), mesh.At(through), Commands.Agent(one.Author));
                var (before, expected) = (Items(mesh), Expected(mesh, after, through, one.Author));

                var undone = await mesh.UndoAsync(scope);

                Assert.Equal(expected, Items(mesh));
                Assert.Equal(undone.HasChanges ? head + 1 : head, mesh.Store.Log.Length);
                Assert.Equal(StateText.Of(mesh.Mesh), StateText.OfLog(mesh.Store.Epoch, mesh.Store.Log));
                if (undone.HasChanges)
                {
                    await mesh.UndoAsync(mesh.Command(head + 1));
                    Assert.Equal(before, Items(mesh));
                }
            },
            iter: 400,
            print: one => $"after {one.From}, {one.Length} commands of {one.Author}\n{Lines(one.Batches)}");

    [Fact]
    public async Task Plan_OfAnAgent_SaysOnlyWhatItCouldReadAndTheUndoIsTheSame() =>
        await Cases.SampleAsync(
            async one =>
            {
                var play = new PastPlay(LogLimits.Default);
                await play.PlayAsync(one.Batches);
                var (mesh, by) = (play.Mesh, one.Author ?? "ann");
                await mesh.DoAsync(new SetAccess(
                    AgentName.Parse(by), new(null, Access.ToolSet.None, null, Access.ToolSet.None) { MayReadPast = true }));
                var view = mesh.View(by);
                var after = Math.Min(one.From, mesh.Store.Log.Length - 1);
                var scope = mesh.Since(after, by);

                var plan = await mesh.PlanAsync(scope, by);

                var shown = mesh.View(by).All().ToDictionary(item => item.Key.Value);
                foreach (var step in plan)
                {
                    Assert.False(step.IsAgent, "An agent's plan tells of agents.");
                    Assert.Equal(shown.GetValueOrDefault(step.Subject), step.Present);
                    Assert.True(step.Former is null || view.MayRead(step.Former.Readers), "It shows an item that the agent cannot read.");
                    if (step.Obstacle is { Revision: > 0 } obstacle)
                    {
                        // The same command may have logged the end of an item before, or changed a claim or an agent of that name.
                        var change = mesh.Store.Log[(int)obstacle.Revision - 1].Changes.Single(change =>
                            change.Subject == step.Subject &&
                            change.Kind is (ChangeKind.Created or ChangeKind.Updated or ChangeKind.Removed));
                        var seen = new FeedView(Commands.Agent(by), view.Record, new(new(), [], IncludesAgents: false))
                            .See(change, change.Time);
                        Assert.True(seen is { Kind: not FeedKind.LeftView }, "It tells of a change that the agent could not see.");
                    }
                }

                var undone = await mesh.UndoAsync(scope, by);

                Assert.Equal(plan.Count(step => step.Obstacle is not null), undone.Answer.LeftAlone);
                Assert.Equal(plan.Count(step => step.HasEffect), undone.Answer.Items);
                foreach (var step in plan.Where(step => step.HasEffect))
                {
                    Assert.Equal(Text(step.Former), Text(mesh.View(null).Find(ContextKey.Parse(step.Subject))));
                }
            },
            iter: 200,
            print: one => $"after {one.From} by {one.Author}\n{Lines(one.Batches)}");

    // Each key by itself: the writes of the scope at the end of its history are taken away, and what is below them is there.
    private static List<string> Expected(TestMesh mesh, long after, long through, string? author)
    {
        var expected = new List<string>();
        foreach (var history in mesh.Store.Changes
            .Where(change => change.Kind is ChangeKind.Created or ChangeKind.Updated or ChangeKind.Removed or ChangeKind.Expired)
            .GroupBy(change => change.Subject, StringComparer.Ordinal))
        {
            var changes = history.ToList();
            var writes = changes.FindAll(change => change.Kind != ChangeKind.Expired);
            var kept = writes.Count;
            while (kept > 0 && IsTaken(writes[kept - 1]))
            {
                kept--;
            }

            var last = kept == writes.Count ? changes[^1] : kept == 0 ? null : writes[kept - 1];
            // Something expired in between what stays and what is taken away.
            var hasEnded = last is not null && kept < writes.Count && changes.Exists(change =>
                change.Kind == ChangeKind.Expired && change.Place > last.Place && change.Place < writes[kept].Place);
            if (last?.Item is { } item && !hasEnded && item.IsLive(mesh.Clock.GetUtcNow()))
            {
                expected.Add(Text(item));
            }
        }

        return [.. expected.Order(StringComparer.Ordinal)];

        bool IsTaken(Change change) =>
            change.Place.Revision > after && change.Place.Revision <= through && (author is null || change.Actor?.Value == author);
    }

    private static string Lines(Batch[] batches) => string.Join('\n', batches.Select(batch => batch.ToString()));

    private static List<string> Items(TestMesh mesh) => [.. mesh.View(null).All().Select(Text).Order(StringComparer.Ordinal)];

    private static string Text(ContextItem? item) => item is null ? "-" :
        $"{item.Key}={item.ValueJson} {item.MetadataJson} by {item.Readers.Author} in {string.Join(' ', item.Readers.Topics)} " +
        $"to {string.Join(' ', item.Readers.Subscribers)} until {item.ExpiresAt:O}";
}
