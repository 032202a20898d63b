using Google.Protobuf;

namespace Syntha.Server.Http;

/// <summary>A request after its path, its query and its headers were read.</summary>
/// <param name="Message">The message of the call. The body may still be missing.</param>
/// <param name="IsWholeItem">Whether the whole item is read or written, and not the value alone.</param>
/// <param name="Start">Where a stream starts, as the query says. Null: it does not say.</param>
/// <param name="Epoch">The epoch that a guard names. Null: the guard names none.</param>
internal sealed record BoundRequest(IMessage Message, bool IsWholeItem, string? Start, string? Epoch);
