namespace Syntha.Server.Tools;

/// <summary>One member of a tool's result.</summary>
/// <param name="Name">The name, which is the same as in the Python package.</param>
/// <param name="Kind">The kind of its value.</param>
internal sealed record ResultMember(string Name, ResultKind Kind);
