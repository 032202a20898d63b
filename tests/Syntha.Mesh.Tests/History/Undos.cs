using Syntha.Mesh.History;

namespace Syntha.Mesh.Tests.History;

/// <summary>Undos and redactions in few words.</summary>
internal static class Undos
{
    public static Position At(this TestMesh mesh, long revision) => new(mesh.Store.Epoch, revision);

    public static UndoScope Command(this TestMesh mesh, long revision, string? author = null) =>
        new(mesh.At(revision - 1), mesh.At(revision), Commands.Agent(author));

    public static UndoScope Since(this TestMesh mesh, long revision, string? author = null) =>
        new(mesh.At(revision), null, Commands.Agent(author));

    /// <summary>The plan as of now, fetched in pages.</summary>
    public static async Task<List<UndoStep>> PlanAsync(this TestMesh mesh, UndoScope scope, string? by = null, int pageSize = 3)
    {
        var steps = new List<UndoStep>();
        Position? plan = null;
        UndoMark? after = null;
        do
        {
            var page = await UndoPlan.ListAsync(
                mesh.Mesh, Commands.Agent(by), scope, plan, new(pageSize, _ => 1), after, CancellationToken.None);
            Assert.True(page.Steps.Count <= pageSize, "The page is too long.");
            steps.AddRange(page.Steps);
            (plan, after) = (page.Position, page.Next);
        }
        while (after is not null);
        return steps;
    }

    public static async Task<UndoChanges> PrepareAsync(
        this TestMesh mesh, UndoScope scope, string? by = null, long? plan = null, bool allOrNothing = false) =>
        await UndoPlan.PrepareAsync(
            mesh.Mesh, Commands.Agent(by), scope, plan is { } revision ? mesh.At(revision) : mesh.Mesh.View(null).Position, allOrNothing,
            CancellationToken.None) with
        { Actor = Commands.Agent(by) };

    /// <summary>Plans as of now, and carries the plan out.</summary>
    public static async Task<CommandResult> UndoAsync(
        this TestMesh mesh, UndoScope scope, string? by = null, long? plan = null, bool allOrNothing = false) =>
        await mesh.DoAsync(await mesh.PrepareAsync(scope, by, plan, allOrNothing));

    public static async Task<CommandResult> RedactAsync(this TestMesh mesh, string key, VersionsOfKey versions) =>
        await mesh.DoAsync(await versions.FindAsync(mesh.Mesh, ContextKey.Parse(key), CancellationToken.None));

    public static VersionsOfKey Former { get; } = new(null, null, null, KeepsPresent: true);

    public static VersionsOfKey Every { get; } = new(null, null, null, KeepsPresent: false);

    public static VersionsOfKey Version(this TestMesh mesh, long revision) =>
        new(mesh.At(revision), mesh.At(revision), null, KeepsPresent: false);
}
