using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>
/// Something that a caller wants written. It is evaluated against the state that its group has reached, on the writer's thread, and either
/// leaves changes behind or refuses by throwing; it does nothing else.
/// </summary>
public abstract record MeshCommand
{
    /// <summary>The agent that acts; null: the owner.</summary>
    public AgentName? Actor { get; init; }

    /// <summary>The caller's own id for the command; null: none.</summary>
    public RequestIdentity? Request { get; init; }

    /// <summary>Where it comes from, for the audit trail; null: that is not known.</summary>
    public CommandOrigin? Origin { get; init; }

    /// <summary>The tool that an agent must be allowed to use for it; null: the owner's alone, or the mesh's own.</summary>
    internal abstract Tool? CountsAs { get; }

    /// <exception cref="MeshException">The command is refused.</exception>
    internal abstract CommandAnswer Evaluate(Evaluation evaluation);
}
