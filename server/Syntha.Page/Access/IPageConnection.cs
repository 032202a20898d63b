using Grpc.Core;

namespace Syntha.Page.Access;

/// <summary>The calls of one open page. Thread-safe.</summary>
public interface IPageConnection : IDisposable
{
    /// <summary>Calls in the name of a user.</summary>
    /// <param name="user">The user. Null: the credential's user, or none.</param>
    CallInvoker For(string? user);
}
