namespace Syntha.Server.Http;

/// <summary>How the request and the answer of a route look.</summary>
internal enum RouteForm
{
    /// <summary>The answer is the message of the contract as JSON.</summary>
    Message,

    /// <summary>The answer is the value of an item, or the item.</summary>
    ReadItem,

    /// <summary>The body is the value of an item, or the item.</summary>
    WriteItem,

    /// <summary>The body is a patch: its type says which kind.</summary>
    PatchItem,

    /// <summary>An item is removed.</summary>
    RemoveItem,

    /// <summary>The answer is a stream of Server-Sent Events.</summary>
    Stream,
}
