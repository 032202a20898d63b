using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;

namespace Syntha.Server.Tools;

/// <summary>
/// A tool as a model knows it: its name, its purpose and its parameters. A derived class adds the work. All dialects are written from this
/// one definition. Immutable, and shared by all calls.
/// </summary>
internal abstract class AgentTool(Tool tool, string title, string description, params ImmutableArray<ToolParameter> parameters)
{
    public Tool Tool => tool;

    public string Name { get; } = ToolNames.NameOf(tool);

    /// <summary>The name for people.</summary>
    public string Title => title;

    /// <summary>For the model. Each request that offers the tool pays for every word.</summary>
    public string Description => description;

    public ImmutableArray<ToolParameter> Parameters => parameters;

    public bool HasParameter(string name)
    {
        foreach (var parameter in parameters)
        {
            if (parameter.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The members that a result may have, besides `success` and its sentence.</summary>
    public abstract ImmutableArray<ResultMember> Results { get; }

    /// <summary>Whether the tool changes nothing.</summary>
    public abstract bool IsReadOnly { get; }

    /// <summary>Whether the tool removes data that others rely on. A person should be asked first.</summary>
    public virtual bool IsDestructive => false;

    /// <summary>Whether a second call with the same arguments changes nothing more.</summary>
    public virtual bool IsIdempotent => true;
}

/// <summary>A tool that reads.</summary>
internal abstract class ReadingTool(Tool tool, string title, string description, params ImmutableArray<ToolParameter> parameters)
    : AgentTool(tool, title, description, parameters)
{
    public sealed override bool IsReadOnly => true;

    /// <summary>Whether the call looks at all that the agent can read.</summary>
    /// <exception cref="ArgumentFault">An argument cannot be understood.</exception>
    public virtual bool LooksAtAll(ToolArguments arguments) => true;

    /// <param name="agent">The agent that calls.</param>
    /// <param name="arguments">The arguments of the call.</param>
    /// <param name="view">The agent's view of the mesh.</param>
    public abstract ToolResult Read(AgentName agent, ToolArguments arguments, MeshView view);
}

/// <summary>A tool that writes by one command.</summary>
internal abstract class WritingTool(Tool tool, string title, string description, params ImmutableArray<ToolParameter> parameters)
    : AgentTool(tool, title, description, parameters)
{
    public sealed override bool IsReadOnly => false;

    /// <exception cref="ArgumentFault">An argument cannot be understood.</exception>
    /// <exception cref="MeshException">An argument is not a valid name, or is too large.</exception>
    public abstract WritingCall Parse(AgentName agent, ToolArguments arguments);
}

/// <summary>A call of a tool that writes. It holds the arguments, which are parsed once.</summary>
internal abstract record WritingCall
{
    /// <summary>The refusal of the call before its command is made. Null when the call is not refused.</summary>
    public virtual ToolResult? Refusal => null;

    /// <exception cref="MeshException">An argument is not a valid name.</exception>
    public abstract MeshCommand Command { get; }

    /// <summary>The result for the model, after the command was carried out.</summary>
    public abstract ToolResult ResultOf(CommandResult result, MeshView view);
}
