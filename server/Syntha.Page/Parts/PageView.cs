using Grpc.Core;
using Microsoft.AspNetCore.Components;
using Syntha.Page.Access;
using Syntha.Page.Addresses;

namespace Syntha.Page.Parts;

/// <summary>
/// What the views have in common: whose mesh it is, work that ends with the view, failures as text, and renders that are bounded however
/// fast changes come.
/// </summary>
public abstract class PageView : ComponentBase, IDisposable
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(80);

    private readonly CancellationTokenSource ended = new();
    private string? shown;
    private bool isDirty;
    private bool isPainting;
    private CancellationTokenSource? ofUser;

    [Inject]
    protected PageSession Session { get; set; } = null!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>The user whose mesh is shown. Null in a view of operators.</summary>
    [CascadingParameter(Name = "User")]
    public string? User { get; set; }

    /// <summary>The mesh that is shown.</summary>
    protected MeshClient Mesh { get; private set; } = null!;

    /// <summary>Why the last call failed. Null: it did not.</summary>
    protected PageFault? Fault { get; set; }

    /// <summary>Fires when another user is shown, or the view is left.</summary>
    protected CancellationToken Ended { get; private set; }

    /// <summary>Begins to show a user: reads what is there, and follows it. It is called anew when another user is chosen.</summary>
    protected abstract Task BeginAsync();

    protected override async Task OnParametersSetAsync()
    {
        if (ofUser is not null && shown == User)
        {
            return;
        }

        ofUser?.Cancel();
        ofUser?.Dispose();
        ofUser = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        (shown, Fault, Ended) = (User, null, ofUser.Token);
        Mesh = Session.MeshOf(User);
        await TryAsync(BeginAsync);
    }

    /// <summary>Does some work. A call that is refused becomes <see cref="Fault"/>.</summary>
    protected async Task TryAsync(Func<Task> work)
    {
        var token = Ended;
        try
        {
            Fault = null;
            await work();
        }
        catch (RpcException) when (token.IsCancellationRequested)
        {
            // The view was left.
        }
        catch (RpcException fault)
        {
            Fault = PageFault.Of(fault);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The view was left.
        }
    }

    /// <summary>Follows a feed until the view is left, and hands on what it tells. It returns at once.</summary>
    protected void Follow(MeshFeed feed, Func<FeedNews, Task> take)
    {
        var token = Ended;
        _ = InvokeAsync(async () =>
        {
            await TryAsync(async () =>
            {
                await foreach (var news in feed.ReadAsync(token))
                {
                    await take(news);
                    Touch();
                }
            });
            // A stream that is refused says why.
            Touch();
        });
    }

    /// <summary>Renders soon. Calls within one moment share a render.</summary>
    protected void Touch()
    {
        isDirty = true;
        if (!isPainting)
        {
            isPainting = true;
            _ = InvokeAsync(PaintAsync);
        }
    }

    /// <summary>A value that the view keeps in its address. Null: it is not there.</summary>
    protected string? Kept(string name) => PageAddress.Query(Navigation.Uri, name);

    /// <summary>Keeps a value in the view's address, so that the view is the same after a reload. Null: takes it out.</summary>
    protected void Keep(string name, string? value) => Keep((name, value));

    /// <summary>Keeps several values at once. One after the other they would forget each other.</summary>
    protected void Keep(params (string Name, string? Value)[] values) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(values.ToDictionary(value => value.Name, value => (object?)value.Value)),
        new NavigationOptions { ReplaceHistoryEntry = true });

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        if (isDisposing)
        {
            ended.Cancel();
            ended.Dispose();
            ofUser?.Dispose();
        }
    }

    private async Task PaintAsync()
    {
        try
        {
            while (isDirty && !ended.IsCancellationRequested)
            {
                isDirty = false;
                StateHasChanged();
                await Task.Delay(Frame, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The view was left.
        }
        finally
        {
            isPainting = false;
        }
    }
}
