namespace Syntha.Server.Tools;

/// <summary>The kind of a member of a tool's result.</summary>
internal enum ResultKind
{
    /// <summary>Any JSON value.</summary>
    Any,
    Text,
    TextList,
    Number,
    Flag,

    /// <summary>An object with names that are data.</summary>
    ByName,
}
