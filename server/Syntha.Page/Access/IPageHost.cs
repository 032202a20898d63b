using System.Net;
using Microsoft.AspNetCore.Http;

namespace Syntha.Page.Access;

/// <summary>
/// What the page needs from the program that serves it: who may come in, and a way to make calls of the contract. Thread-safe.
/// </summary>
public interface IPageHost
{
    /// <summary>Whether calls need a credential. Without, the page may look at any user.</summary>
    bool NeedsCredentials { get; }

    /// <summary>Proves an API key or a token from the form to sign in. An attempt that fails is counted and audited as a call.</summary>
    /// <param name="http">The request that carries it.</param>
    /// <param name="secret">The key or the token.</param>
    /// <returns>Whom it proves. Null: it opens nothing.</returns>
    ValueTask<PageIdentity?> ProveAsync(HttpContext http, string secret);

    /// <summary>Opens a connection for one page. Its calls are admitted like those of any other client.</summary>
    /// <param name="secret">The credential of each call. Null: none.</param>
    /// <param name="from">Where the page's browser is.</param>
    /// <param name="closed">Is called when the server closes the connection.</param>
    IPageConnection Connect(string? secret, IPEndPoint? from, Action closed);
}
