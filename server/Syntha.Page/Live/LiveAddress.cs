using Microsoft.JSInterop;
using Syntha.Page.Addresses;

namespace Syntha.Page.Live;

/// <summary>Keeps the view's position in its address, without a move that the server would render.</summary>
/// <param name="script">The browser.</param>
internal sealed class LiveAddress(IJSRuntime script) : IAsyncDisposable
{
    private IJSObjectReference? module;

    /// <param name="user">The user of the address. Null: it has none.</param>
    /// <param name="after">The position.</param>
    public async Task KeepAsync(string? user, string after)
    {
        try
        {
            module ??= await script.InvokeAsync<IJSObjectReference>("import", PageFiles.Of("live.js"));
            await module.InvokeVoidAsync("keep", "/live", user, "after", after);
        }
        catch (JSException)
        {
            // The position is a convenience. Without it a reload starts now.
        }
        catch (JSDisconnectedException)
        {
            // The page is away. It tells its position when it is back.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (module is not null)
        {
            try
            {
                await module.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The page was closed.
            }
        }
    }
}
