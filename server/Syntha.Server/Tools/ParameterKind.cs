namespace Syntha.Server.Tools;

/// <summary>The kind of a tool's parameter. Models are sloppy, so <see cref="ToolArguments"/> also understands other forms.</summary>
internal enum ParameterKind
{
    Text,
    TextList,
    Number,
    Flag,
}
