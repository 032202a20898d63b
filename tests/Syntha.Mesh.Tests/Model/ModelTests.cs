using CsCheck;

namespace Syntha.Mesh.Tests.Model;

/// <summary>After random commands of agents and the owner, the mesh and its log agree with a naive model.</summary>
public sealed class ModelTests
{
    [Fact]
    public async Task AnyHistory_AfterEachGroup_TheMeshIsWhatTheModelSays() =>
        await Steps.Batches.SampleAsync(
            async batches =>
            {
                var (mesh, model, round) = (new TestMesh(), new NaiveMesh(), 0);
                foreach (var batch in batches)
                {
                    await PlayAsync(batch, mesh, model);
                    Comparison.Hold(model, mesh.Mesh, round++);
                }
            },
            iter: 400,
            print: Print);

    [Fact]
    public async Task AnyHistory_AtItsEnd_TheLogAndTheStoreLeadToTheLiveState() =>
        await Steps.Batches.SampleAsync(
            async batches =>
            {
                var (mesh, model) = (new TestMesh(), new NaiveMesh());
                foreach (var batch in batches)
                {
                    await PlayAsync(batch, mesh, model);
                }

                LogAudit.Verify(mesh.Store);
                Syntha.Tests.Support.ClaimChecker.Verify(ClaimLog.Rows(mesh.Store.Changes));
                var live = StateText.Of(mesh.Mesh);
                Assert.Equal(live, StateText.OfLog(mesh.Store.Epoch, mesh.Store.Log));
                Assert.Equal(live, StateText.OfStore(mesh.Store));
            },
            iter: 600,
            print: Print);

    [Fact]
    public async Task AnyHistory_MeshLoadedAnewAtAnyTime_NobodyNotices() =>
        await Steps.Batches.SampleAsync(
            async batches =>
            {
                var (mesh, model) = (new TestMesh(), new NaiveMesh());
                foreach (var batch in batches)
                {
                    Assert.True(mesh.Mesh.TryClose());
                    mesh.Reload();
                    model.Revision = mesh.View(null).Position.Revision;
                    await PlayAsync(batch, mesh, model);
                }
                Comparison.Hold(model, mesh.Mesh, batches.Length);
                LogAudit.Verify(mesh.Store);
            },
            iter: 200,
            print: Print);

    private static async Task PlayAsync(Batch batch, TestMesh mesh, NaiveMesh model)
    {
        var steps = batch.Steps.Select(step => step.Resolve(model)).ToList();
        var hold = steps.Count > 1 ? mesh.Store.HoldNextTurn() : null;
        var running = steps.ConvertAll(step => mesh.DoAsync(step.ToCommand()));
        hold?.Release();
        foreach (var (step, command) in steps.Zip(running))
        {
            var expected = model.Do(step);
            try
            {
                Comparison.HoldAnswer(step, expected, await command);
            }
            catch (MeshException refusal)
            {
                Assert.True(refusal.Reason == expected.Refusal, $"{step}: {refusal.Reason}; {expected} was expected");
            }
        }

        await MeshInside.SettleAsync(mesh.Mesh);
        Assert.Equal(model.Revision, mesh.View(null).Position.Revision);
        model.Now += TimeSpan.FromSeconds(batch.Seconds);
        mesh.Clock.Advance(TimeSpan.FromSeconds(batch.Seconds));
        await MeshInside.SettleAsync(mesh.Mesh);
        // Expiries are logged in a number of commands that the rules leave open.
        Assert.True(mesh.View(null).Position.Revision >= model.Revision);
        model.Revision = mesh.View(null).Position.Revision;
    }

    private static string Print(Batch[] batches) => string.Join('\n', batches.Select(batch => batch.ToString()));
}
