namespace Syntha.Mesh.Tests.Model;

/// <summary>One command of an agent or the owner, in plain text. Blanks separate the names in a list.</summary>
/// <param name="By">The agent; null: the owner.</param>
internal abstract record Step(string? By)
{
    /// <summary>The number of the request id; null: none.</summary>
    public int? Request { get; init; }

    protected abstract MeshCommand Command { get; }

    public MeshCommand ToCommand()
    {
        var command = Command with { Actor = Commands.Agent(By) };
        return Request is { } number ? command.WithRequest(number, GetType().Name, ContentHash) : command;
    }

    /// <summary>The step with its guards as numbers, as they stand before the step's group.</summary>
    public virtual Step Resolve(NaiveMesh mesh) => this;

    public static string[] Names(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private int ContentHash => (ToString() ?? "").GetHashCode(StringComparison.Ordinal) & int.MaxValue;
}

internal enum Guard
{
    None,
    Absent,
    Current,
    Wrong,
}

internal sealed record DraftStep(string Key, string Value, string Topics, string To, int? TtlSeconds, Guard Guard, long? IfRevision = null)
{
    public ItemDraft ToDraft() =>
        Commands.Draft(
            Key, Value, Step.Names(Topics), Step.Names(To), TtlSeconds is { } ttl ? TimeSpan.FromSeconds(ttl) : null, IfRevision);
}

internal sealed record PushStep(string? By, DraftStep[] Drafts) : Step(By)
{
    protected override MeshCommand Command => Commands.PushMany(null, [.. Drafts.Select(draft => draft.ToDraft())]);

    public override Step Resolve(NaiveMesh mesh) =>
        this with { Drafts = [.. Drafts.Select(draft => draft with { IfRevision = mesh.RevisionFor(draft.Guard, draft.Key) })] };

    public override string ToString() => $"Push #{Request} by {By ?? "-"}: {string.Join(", ", Drafts.Select(draft => draft.ToString()))}";
}

internal sealed record RemoveStep(string? By, string Key, Guard Guard, long? IfRevision = null) : Step(By)
{
    protected override MeshCommand Command => Commands.Remove(Key, null, IfRevision);

    public override Step Resolve(NaiveMesh mesh) => this with { IfRevision = mesh.RevisionFor(Guard, Key) };
}

internal sealed record IncrementStep(string? By, string Key, int Amount, Guard Guard, long? IfRevision = null) : Step(By)
{
    protected override MeshCommand Command => Commands.Increment(Key, "", Amount, null, IfRevision);

    public override Step Resolve(NaiveMesh mesh) => this with { IfRevision = mesh.RevisionFor(Guard, Key) };
}

/// <summary>Operations about different keys, as one command, with a guard on one more key.</summary>
internal sealed record CommitStep(string? By, Step[] Operations, string GuardedKey, Guard Guard, long? IfRevision = null) : Step(By)
{
    protected override MeshCommand Command => new CommitOperations(
        [.. Operations.Select(operation => operation.ToCommand())],
        IfRevision is { } revision ? [new KeyGuard(ContextKey.Parse(GuardedKey), revision)] : []);

    public override Step Resolve(NaiveMesh mesh) => this with
    {
        Operations = [.. Operations.Select(operation => operation.Resolve(mesh))],
        IfRevision = mesh.RevisionFor(Guard, GuardedKey),
    };

    public override string ToString() =>
        $"Commit #{Request} by {By ?? "-"} if {GuardedKey} is {IfRevision}: " +
        string.Join(", ", Operations.Select(step => step.ToString()));
}

internal sealed record ClearStep(string? By) : Step(By)
{
    protected override MeshCommand Command => Commands.Clear();
}

internal sealed record PurgeStep(string? By) : Step(By)
{
    protected override MeshCommand Command => Commands.Purge();
}

internal sealed record DeleteTopicStep(string? By, string Topic) : Step(By)
{
    protected override MeshCommand Command => Commands.DeleteTopic(Topic);
}

internal sealed record RegisterStep(string? By, string Agent, string Topics) : Step(By)
{
    protected override MeshCommand Command => Commands.Register(Agent, Names(Topics));
}

internal sealed record UnsubscribeStep(string? By, string Agent, string Topics) : Step(By)
{
    protected override MeshCommand Command => Commands.Unsubscribe(Agent, Names(Topics));
}

internal sealed record RestrictStep(string? By, string Agent, string Topics, bool Global, bool Direct) : Step(By)
{
    protected override MeshCommand Command => Commands.Restrict(Agent, Names(Topics), Global, Direct);
}

internal sealed record ClaimStep(string? By, string Name, int Seconds, string Topics) : Step(By)
{
    protected override MeshCommand Command => Commands.Claim(Name, lease: Seconds, topics: Names(Topics));
}

/// <summary>The owner takes a claim from its holder.</summary>
internal sealed record ReleaseStep(string Name) : Step((string?)null)
{
    protected override MeshCommand Command => Commands.Release(new(ContextKey.Parse(Name), null));
}

internal sealed record UnrestrictStep(string? By, string Agent) : Step(By)
{
    protected override MeshCommand Command => Commands.Unrestrict(Agent);
}

/// <summary>Steps that reach the store together, and the time that passes after them.</summary>
internal sealed record Batch(Step[] Steps, int Seconds)
{
    public override string ToString() => $"[{string.Join("; ", Steps.Select(step => step.ToString()))}] +{Seconds}s";
}
