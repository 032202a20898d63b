namespace Syntha.Server.Tools;

/// <summary>What a tool's parameter takes. Models are sloppy: <see cref="ToolArguments"/> says what else is understood.</summary>
internal enum ParameterKind
{
    Text,
    TextList,
    Number,
    Flag,
}
