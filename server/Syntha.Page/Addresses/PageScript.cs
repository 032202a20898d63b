using Microsoft.JSInterop;

namespace Syntha.Page.Addresses;

/// <summary>The page's own script, as a module.</summary>
internal static class PageScript
{
    // The same address as in the document, or the browser would run it twice.
    public static ValueTask<IJSObjectReference> ImportAsync(IJSRuntime runtime) =>
        runtime.InvokeAsync<IJSObjectReference>("import", PageFiles.Of("page.js"));
}
