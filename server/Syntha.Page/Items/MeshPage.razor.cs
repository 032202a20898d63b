using Microsoft.AspNetCore.Components;
using Syntha.Page.Parts;

namespace Syntha.Page.Items;

/// <summary>The items of a mesh: search, look, push, edit, remove. What is chosen and searched for is kept in the address.</summary>
public sealed partial class MeshPage
{
    private const int MaxTopics = 500;
    private const int MaxShownKey = 300;

    // A request's line has room for some 8 KiB. A key that is longer is not kept in the address.
    private const int MaxKeptKey = 3_000;

    private static readonly TimeSpan Typing = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StatsEvery = TimeSpan.FromSeconds(2);

    private ItemList? list;
    private ItemList? opening;
    private int rowsInView = 40;
    private ItemSight? sight;
    private VirtualList? rows;
    private ElementReference newButton;
    private IReadOnlyList<string> topics = [];
    private string text = "";
    private string topic = "";
    private int typed;
    private DateTimeOffset now;
    private MeshStats? stats;
    private bool isStatsOld;
    private string announced = "";
    private bool isEditing;
    private Item? edited;
    private Item? removing;

    private bool HasFilter => text.Length > 0 || topic.Length > 0;

    protected override async Task BeginAsync()
    {
        list?.Dispose();
        (list, isEditing, edited, removing, stats, topics) = (null, false, null, null, null, []);
        isStatsOld = true;
        (text, topic, now) = (Kept("find") ?? "", Kept("topic") ?? "", TimeProvider.System.GetUtcNow());
        Look(Kept("key"));
        var first = ListAsync();
        _ = InvokeAsync(() => TryAsync(TickAsync));
        await first;
        await LearnTopicsAsync();
    }

    protected override bool ShouldRender()
    {
        now = TimeProvider.System.GetUtcNow();
        return true;
    }

    protected override void Dispose(bool isDisposing)
    {
        if (isDisposing)
        {
            list?.Dispose();
            opening?.Dispose();
            sight?.Dispose();
        }

        base.Dispose(isDisposing);
    }

    // Shows the list under the filter as it is. The former one stays until the new one is there.
    private async Task ListAsync()
    {
        opening?.Dispose();
        var fresh = new ItemList(Mesh, Filter(), rowsInView, Touch, change =>
        {
            isStatsOld = true;
            sight?.Take(change);
        });
        opening = fresh;
        await fresh.OpenAsync();
        if (opening == fresh)
        {
            list?.Dispose();
            (list, opening, announced) = (fresh, null, "");
            Touch();
        }
    }

    private Task MovedAsync(int first, int count)
    {
        rowsInView = count;
        return list?.ShowAsync(first, count) ?? Task.CompletedTask;
    }

    private ItemFilter Filter()
    {
        var filter = new ItemFilter();
        if (text.AsSpan().ContainsAny("*?["))
        {
            filter.KeyGlob = text;
        }
        else
        {
            filter.KeyPrefix = text;
        }

        if (topic.Length > 0)
        {
            filter.Topics.Add(topic);
        }

        return filter;
    }

    // Each second: what runs down, what is counted by the server, and a chosen item that the list does not follow.
    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var asked = DateTimeOffset.MinValue;
        var tick = 0;
        do
        {
            var moment = TimeProvider.System.GetUtcNow();
            if (isStatsOld && moment - asked >= StatsEvery && Mesh.OnlyAgent is null)
            {
                (isStatsOld, asked) = (false, moment);
                await LearnStatsAsync();
            }

            if (HasFilter && sight is not null && tick % 2 == 0)
            {
                await sight.ReadAsync();
            }

            if (sight?.Item is { ExpireTime: not null } || list?.HasClock(moment) == true || tick % 30 == 0)
            {
                Touch();
            }

            Announce();
            tick++;
        }
        while (await timer.WaitForNextTickAsync(Ended));
    }

    private async Task LearnStatsAsync()
    {
        try
        {
            stats = (await Mesh.Owner.GetStatsAsync(new(), cancellationToken: Ended)).Stats;
            Touch();
        }
        catch (Grpc.Core.RpcException)
        {
            // The list says what is wrong.
            isStatsOld = true;
        }
    }

    private async Task LearnTopicsAsync() =>
        topics = [.. (await Mesh.ListTopicsAsync(new() { PageSize = MaxTopics }, Ended)).Topics.Select(known => known.Name)];

    // Readers of the screen hear once what a search has found, and not each change.
    private void Announce()
    {
        if (announced.Length == 0 && list is { IsOpen: true, Index.IsComplete: true })
        {
            announced = $"{Wording.Number(list.Index.Count)} {(list.Index.Count == 1 ? "item" : "items")}";
            Touch();
        }
    }

    private string CountText()
    {
        if (list is not { IsOpen: true })
        {
            return "";
        }

        var count = Wording.Number(list.Index.Count);
        var items = list.Index.Count == 1 ? "item" : "items";
        var found = (HasFilter, list.Index.IsComplete) switch
        {
            (false, true) => $"{count} {items}",
            (true, true) => $"{count} {(list.Index.Count == 1 ? "item matches" : "items match")}",
            _ => $"{count} {items} so far, counting …",
        };
        return (HasFilter, stats) switch
        {
            (_, null) => found,
            (false, { } all) => $"{found}, {Wording.Bytes(all.TotalBytes)}, {Wording.Number(all.TotalTopics)} topics",
            (true, { } all) => $"{found}, of {Wording.Number(all.ActiveItems)} with {Wording.Bytes(all.TotalBytes)}",
        };
    }

    private string TimeOf(ItemRow row) => row.Expires is { } expires
        ? expires.ToDateTimeOffset() is var end && end > now ? $"{Shortly(end - now)} left" : "expired"
        : row.Updated is { } updated ? Age(now - updated.ToDateTimeOffset()) : "";

    private static string Age(TimeSpan age) => age.TotalSeconds < 1 ? "now" : $"{Shortly(age)} ago";

    // In its largest unit alone, so that a row does not change each second for long.
    private static string Shortly(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Seconds} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalDays} d"),
    };

    private static string Shown(string key) => Wording.Name(key.Length <= MaxShownKey ? key : $"{key[..MaxShownKey]}…");

    private int ActiveIndex() => sight is null ? -1 : list?.Index.IndexOf(sight.Key) ?? -1;

    private async Task ChooseAsync(int index)
    {
        if (list!.Index.KeyAt(index) is null)
        {
            await TryAsync(() => list.ShowAsync(Math.Max(0, index - 20), 40));
        }

        if (list.Index.KeyAt(index) is { } key)
        {
            Look(key);
            Keep("key", Uri.EscapeDataString(key).Length <= MaxKeptKey ? key : null);
        }
    }

    private void Look(string? key)
    {
        sight?.Dispose();
        sight = key is null ? null : new(Mesh, key, Touch);
        _ = sight?.ReadAsync();
    }

    private void CloseAsync()
    {
        Look(null);
        Keep("key", null);
    }

    private Task ShowAllAsync()
    {
        (text, topic) = ("", "");
        return SearchAsync();
    }

    private async Task SearchSoonAsync()
    {
        var mine = ++typed;
        await Task.Delay(Typing, CancellationToken.None);
        if (mine == typed && !Ended.IsCancellationRequested)
        {
            await SearchAsync();
        }
    }

    private async Task SearchAsync()
    {
        typed++;
        Fault = null;
        Keep(("find", text.Length > 0 ? text : null), ("topic", topic.Length > 0 ? topic : null));
        var start = rows?.ToStartAsync() ?? Task.CompletedTask;
        await ListAsync();
        await start;
        await TryAsync(LearnTopicsAsync);
    }

    private void Open(Item? item) => (isEditing, edited) = (true, item);

    private async Task SavedAsync(string key)
    {
        await LeaveDialogAsync();
        Look(key);
        Keep("key", Uri.EscapeDataString(key).Length <= MaxKeptKey ? key : null);
    }

    private async Task LeaveDialogAsync()
    {
        if (!isEditing && removing is null)
        {
            return;
        }

        (isEditing, edited, removing) = (false, null, null);
        StateHasChanged();
        // The dialog leaves the document without a word about the focus.
        await newButton.FocusAsync();
    }
}
