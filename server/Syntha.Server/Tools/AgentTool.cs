using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;

namespace Syntha.Server.Tools;

/// <summary>
/// A tool as a model knows it: what it is called, what it is good for, what it takes; and what it does. The one definition from which all
/// dialects are written. Immutable, and shared by all calls.
/// </summary>
internal abstract class AgentTool(Tool tool, string title, string description, params ImmutableArray<ToolParameter> parameters)
{
    public Tool Tool => tool;

    public string Name { get; } = ToolNames.NameOf(tool);

    /// <summary>For people.</summary>
    public string Title => title;

    /// <summary>For the model. Every word of it is paid for with each request that offers the tool.</summary>
    public string Description => description;

    public ImmutableArray<ToolParameter> Parameters => parameters;

    /// <summary>Whether it changes nothing.</summary>
    public abstract bool IsReadOnly { get; }

    /// <summary>Whether it takes away what others rely on, so that a person had better be asked.</summary>
    public virtual bool IsDestructive => false;

    /// <summary>Whether calling it again with the same arguments changes nothing more.</summary>
    public virtual bool IsIdempotent => true;
}

/// <summary>A tool that reads.</summary>
internal abstract class ReadingTool(Tool tool, string title, string description, params ImmutableArray<ToolParameter> parameters)
    : AgentTool(tool, title, description, parameters)
{
    public sealed override bool IsReadOnly => true;

    /// <param name="agent">Who calls.</param>
    /// <param name="arguments">What it was given.</param>
    /// <param name="view">What the agent sees.</param>
    public abstract ToolResult Read(AgentName agent, ToolArguments arguments, MeshView view);
}

/// <summary>A tool that writes by one command.</summary>
internal abstract class WritingTool(Tool tool, string title, string description, params ImmutableArray<ToolParameter> parameters)
    : AgentTool(tool, title, description, parameters)
{
    public sealed override bool IsReadOnly => false;

    /// <exception cref="ArgumentFault">An argument cannot be understood.</exception>
    /// <exception cref="MeshException">An argument is no name, or too large.</exception>
    public abstract WritingCall Parse(AgentName agent, ToolArguments arguments);
}

/// <summary>A call of a tool that writes: its arguments, parsed once.</summary>
internal abstract record WritingCall
{
    /// <summary>Why the call is refused before its command is made; null: it is not refused.</summary>
    public virtual ToolResult? Refusal => null;

    /// <exception cref="MeshException">An argument is no name.</exception>
    public abstract MeshCommand Command { get; }

    /// <summary>The result for the model, after the command was carried out.</summary>
    public abstract ToolResult ResultOf(CommandResult result, MeshView view);
}
