using Grpc.Core;
using Microsoft.AspNetCore.Components;
using Syntha.Page.Access;
using Syntha.Page.Parts;

namespace Syntha.Page.Prompts;

/// <summary>The prompt of an agent. It follows the mesh as the agent sees it, and says when the prompt is no longer up to date.</summary>
public sealed partial class PromptsPage : PageView
{
    // Suggestions for the field. All others can be typed.
    private const int MaxSuggested = 200;

    // However often the mesh changes, a prompt that is built by itself is built no more often than this.
    private static readonly TimeSpan BuildPause = TimeSpan.FromSeconds(1);

    private PromptForm form = new();
    private IReadOnlyList<string> names = [];
    private bool isCut;
    private PageFault? formFault;
    private PageFault? notFollowed;

    private PromptShown? prompt;
    private PromptSpec? built;
    private string? reader;
    private bool isBusy;
    private bool isStale;
    private bool isAuto;
    private bool isRepeating;
    private DateTimeOffset builtAt;

    // The reader whose mesh is followed. The owner is the empty text, null: none yet.
    private string? followed;
    private CancellationTokenSource? following;

    protected override async Task BeginAsync()
    {
        StopFollowing();
        form = PromptForm.From(Kept);
        (names, isCut, formFault, notFollowed, prompt, built, reader) = ([], false, null, null, null, null, null);
        (isStale, isAuto, isBusy) = (false, Kept("auto") == "yes", false);
        await BuildFormAsync();
        if (Mesh.OnlyAgent is null)
        {
            var known = await AgentNames.ReadAsync(Mesh, Ended);
            (names, isCut) = ([.. known.That("").Take(MaxSuggested)], known.IsCut || known.Count > MaxSuggested);
        }
    }

    protected override void Dispose(bool isDisposing)
    {
        if (isDisposing)
        {
            StopFollowing();
        }

        base.Dispose(isDisposing);
    }

    private async Task BuildFormAsync()
    {
        var spec = form.ToSpec(out var fault);
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters(form.Kept()), new NavigationOptions { ReplaceHistoryEntry = true });
        if (fault is not null)
        {
            formFault = new(fault, null);
            return;
        }

        await BuildAsync(spec, Mesh.OnlyAgent ?? (form.Agent.Length == 0 ? null : form.Agent));
    }

    private Task BuildNewsAsync()
    {
        form.Since = prompt is { } shown ? PromptForm.TextOf(shown.Position) : "";
        return BuildFormAsync();
    }

    private Task BuildAllAsync()
    {
        form.Since = "";
        return BuildFormAsync();
    }

    private Task BuildAgainAsync() => built is { } spec ? BuildAsync(spec, reader) : Task.CompletedTask;

    private async Task BuildAsync(PromptSpec spec, string? asReader)
    {
        if (isBusy)
        {
            return;
        }

        var token = Ended;
        (isBusy, formFault, isStale) = (true, null, false);
        var request = new BuildPromptRequest { Spec = spec };
        if (asReader is not null)
        {
            request.AsAgent = asReader;
        }

        try
        {
            var answer = Mesh.OnlyAgent is null
                ? await Mesh.Owner.BuildPromptAsync(request, cancellationToken: token)
                : await Mesh.Agents.BuildPromptAsync(request, cancellationToken: token);
            (prompt, built, reader) = (PromptShown.Of(answer), spec, asReader);
            FollowReader(answer.Position);
        }
        catch (RpcException fault) when (!token.IsCancellationRequested)
        {
            formFault = PageFault.Of(fault);
        }
        catch (RpcException)
        {
            // The view was left, or shows another user.
        }
        finally
        {
            if (!token.IsCancellationRequested)
            {
                (isBusy, builtAt) = (false, TimeProvider.System.GetUtcNow());
            }
        }
    }

    /// <summary>Follows the mesh as the prompt's reader sees it, from the prompt on.</summary>
    private void FollowReader(Position position)
    {
        if (followed == (reader ?? "") && notFollowed is null)
        {
            return;
        }

        StopFollowing();
        (followed, notFollowed) = (reader ?? "", null);
        following = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        var request = new SubscribeRequest { View = ItemView.Keys };
        if (reader is not null && Mesh.OnlyAgent is null)
        {
            request.AsAgent = reader;
        }

        _ = ReadAsync(new(Mesh, request, position), following.Token);
    }

    private async Task ReadAsync(MeshFeed feed, CancellationToken token)
    {
        try
        {
            await foreach (var news in feed.ReadAsync(token))
            {
                var hasChanged = news is FeedOpened { HasGap: true } or FeedChanges { Changes.Count: > 0 };
                if (hasChanged && !isStale)
                {
                    isStale = true;
                    Touch();
                    _ = RepeatAsync();
                }
            }
        }
        catch (RpcException fault) when (!token.IsCancellationRequested)
        {
            notFollowed = PageFault.Of(fault);
            Touch();
        }
        catch (Exception left) when (left is RpcException or OperationCanceledException && token.IsCancellationRequested)
        {
            // Another reader is followed, or the view was left.
        }
    }

    private void StopFollowing()
    {
        following?.Cancel();
        following?.Dispose();
        (following, followed) = (null, null);
    }

    private Task ToggleAuto(ChangeEventArgs change)
    {
        isAuto = change.Value is true;
        Keep("auto", isAuto ? "yes" : null);
        return RepeatAsync();
    }

    /// <summary>Builds the prompt again, as long as it is out of date and a new one is wanted.</summary>
    private async Task RepeatAsync()
    {
        if (isRepeating)
        {
            return;
        }

        isRepeating = true;
        var token = Ended;
        try
        {
            while (isAuto && isStale && !token.IsCancellationRequested)
            {
                var wait = builtAt + BuildPause - TimeProvider.System.GetUtcNow();
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, token);
                if (isBusy)
                {
                    await Task.Delay(BuildPause, token);
                    continue;
                }

                await BuildAgainAsync();
                Touch();
            }
        }
        catch (OperationCanceledException)
        {
            // The view was left, or shows another user.
        }
        finally
        {
            isRepeating = false;
        }
    }
}
