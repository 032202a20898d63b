namespace Syntha.Mesh.Stores;

/// <summary>Some of what a mesh holds, of bounded size. Items in the order of their places, each place and each key once.</summary>
public sealed record MeshPart(IReadOnlyList<AgentRecord> Agents, IReadOnlyList<ContextItem> Items);
