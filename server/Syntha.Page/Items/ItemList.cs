using Grpc.Core;
using Syntha.Page.Access;

namespace Syntha.Page.Items;

/// <summary>
/// The list of a mesh under one filter: an index of all its keys, and what the rows in view show, which follow the mesh. Not thread-safe:
/// all of it runs on the circuit's context.
/// </summary>
/// <param name="mesh">The mesh.</param>
/// <param name="filter">What to list.</param>
/// <param name="count">How many rows are in view at first.</param>
/// <param name="touched">Is called when the list may look different.</param>
/// <param name="told">Is called with each change of the list.</param>
internal sealed class ItemList(MeshClient mesh, ItemFilter filter, int count, Action touched, Action<Change> told) : IDisposable
{
    // The pause between two reads of a list that is counted. The user's other callers share the rate of calls.
    private static readonly TimeSpan CountingPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan RecountPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LitFor = TimeSpan.FromSeconds(1);

    // The pause between two reads of the rows in view. Many pages share a user's rate of calls, so that it is longer when much changes. An
    // agent's values are read one by one.
    private static readonly TimeSpan CalmPause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AgentPause = TimeSpan.FromMilliseconds(500);
    private const int FewChanges = 10;

    // Answers of 3 MiB, for rows with large values.
    private const int MaxAnswers = 3;
    private const int MaxLit = 300;

    private readonly CancellationTokenSource ended = new();
    private readonly Dictionary<string, ItemRow> rows = [];
    private readonly HashSet<string> stale = [];
    private readonly Dictionary<string, (DateTimeOffset At, bool IsOdd)> lit = [];
    private (int First, int Count) window = (0, count);
    private Task refreshing = Task.CompletedTask;
    private Task counting = Task.CompletedTask;
    private TaskCompletionSource next = new();
    private bool isDirty;
    private int changesSince;

    public ItemIndex Index { get; } = new(async (token, size, cancellationToken) =>
    {
        var request = new ListRequest { Filter = filter, View = ItemView.Keys, PageSize = size, PageToken = token };
        var page = await mesh.ListAsync(request, cancellationToken);
        return new([.. page.Items.Select(item => item.Key)], page.NextPageToken, page.Position);
    });

    /// <summary>Whether the first page was read.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether the mesh cannot be followed at the moment.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Why the list does not go on. Null: it does.</summary>
    public PageFault? Fault { get; private set; }

    /// <summary>Whether something in view changes by time alone.</summary>
    public bool HasClock(DateTimeOffset now) => rows.Values.Any(row =>
        row.Expires is not null || (row.Updated is { } updated && now - updated.ToDateTimeOffset() < TimeSpan.FromMinutes(1)));

    /// <summary>Reads the first page, and follows the list from there until it is disposed.</summary>
    public async Task OpenAsync()
    {
        await TryAsync(async () =>
        {
            var position = await Index.OpenAsync(ended.Token);
            _ = TryAsync(() => FollowAsync(position));
            _ = CountAsync();
            await Task.WhenAny(RefreshAsync(), Task.Delay(TimeSpan.FromMilliseconds(200), ended.Token));
            IsOpen = true;
        });
        touched();
    }

    /// <summary>These rows are in view now.</summary>
    public async Task ShowAsync(int first, int rowsInView)
    {
        window = (first, rowsInView);
        // Rows that are not read soon come by themselves.
        await Task.WhenAny(RefreshAsync(), Task.Delay(TimeSpan.FromMilliseconds(150), ended.Token));
    }

    /// <returns>Null: it is not read yet.</returns>
    public ItemRow? RowOf(string key) => rows.GetValueOrDefault(key);

    /// <summary>The class of a row that has just changed. Two take turns, so that the light goes on anew.</summary>
    public string LightOf(string key, DateTimeOffset now) =>
        lit.TryGetValue(key, out var light) && now - light.At < LitFor ? (light.IsOdd ? "lit-odd" : "lit-even") : "";

    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
    }

    private async Task FollowAsync(Position position)
    {
        // Without a store there is no place to follow from, so that what was pushed in between is read.
        var isMissing = position.Epoch.Length == 0;
        var feed = new MeshFeed(mesh, new() { Filter = filter, View = ItemView.Keys }, isMissing ? null : position);
        await foreach (var news in feed.ReadAsync(ended.Token))
        {
            switch (news)
            {
                case FeedOpened opened:
                    IsCut = false;
                    if (opened.HasGap || isMissing)
                    {
                        await Index.OpenAsync(ended.Token);
                        stale.UnionWith(rows.Keys);
                        isMissing = false;
                    }

                    break;
                case FeedChanges changes:
                    foreach (var change in changes.Changes)
                    {
                        Take(change);
                    }

                    break;
                case FeedCut:
                    IsCut = true;
                    break;
            }

            _ = RefreshAsync();
            _ = CountAsync();
        }
    }

    private void Take(Change change)
    {
        // It is about a former version, and says nothing of the item.
        if (change.Kind == ChangeKind.Redacted)
        {
            return;
        }

        changesSince++;
        Index.Apply(KeyChange.Of(change));
        if (rows.ContainsKey(change.Key))
        {
            stale.Add(change.Key);
        }

        var now = TimeProvider.System.GetUtcNow();
        if (change.Item is not null && (lit.Count < MaxLit || lit.ContainsKey(change.Key)))
        {
            var light = lit.GetValueOrDefault(change.Key);
            if (now - light.At >= LitFor)
            {
                lit[change.Key] = (now, !light.IsOdd);
            }
        }

        told(change);
    }

    private Task CountAsync()
    {
        if (counting.IsCompleted)
        {
            counting = TryAsync(async () =>
            {
                while (await PassAsync(() => Index.StepAsync(ended.Token)))
                {
                    touched();
                    await Task.Delay(Index.IsComplete ? RecountPause : CountingPause, ended.Token);
                }
            });
        }

        return counting;
    }

    // The task ends with the first read of the rows in view that begins after now.
    private Task RefreshAsync()
    {
        isDirty = true;
        if (refreshing.IsCompleted)
        {
            refreshing = TryAsync(RefreshWhileDirtyAsync);
        }

        return next.Task;
    }

    private async Task RefreshWhileDirtyAsync()
    {
        while (isDirty)
        {
            var pass = next;
            next = new();
            (isDirty, changesSince) = (false, 0);
            await PassAsync(ReadWindowAsync);
            pass.TrySetResult();
            touched();
            await Task.Delay(mesh.OnlyAgent is not null ? AgentPause : changesSince > FewChanges ? BusyPause : CalmPause, ended.Token);
        }
    }

    private async Task<bool> ReadWindowAsync()
    {
        await Index.HoldAsync(window.First, window.Count, ended.Token);
        var keys = Enumerable.Range(window.First, window.Count).Select(Index.KeyAt).OfType<string>().ToHashSet();
        foreach (var gone in rows.Keys.Where(key => !keys.Contains(key)).ToList())
        {
            rows.Remove(gone);
        }

        stale.IntersectWith(rows.Keys);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (key, _) in lit.Where(light => now - light.Value.At > 2 * LitFor).ToList())
        {
            lit.Remove(key);
        }

        var wanted = keys.Where(key => stale.Contains(key) || !rows.ContainsKey(key)).ToList();
        stale.Clear();
        try
        {
            await ReadRowsAsync(wanted);
        }
        catch (RpcException)
        {
            stale.UnionWith(wanted);
            throw;
        }

        return true;
    }

    private async Task ReadRowsAsync(List<string> wanted)
    {
        for (var answer = 0; wanted.Count > 0 && answer <= MaxAnswers; answer++)
        {
            var view = answer < MaxAnswers ? ItemView.Json : ItemView.Keys;
            var items = await mesh.GetManyAsync(wanted, view, asAgent: null, ended.Token);
            foreach (var item in items)
            {
                rows[item.Key] = ItemRow.Of(item);
            }

            if (items.Count == wanted.Count || items.Count == 0)
            {
                // Those without an answer are gone, and the feed will say so.
                break;
            }

            var found = items.Select(item => item.Key).ToHashSet();
            wanted = [.. wanted.Where(key => !found.Contains(key))];
        }
    }

    // What a busy server refuses is tried again.
    private async Task<bool> PassAsync(Func<Task<bool>> work)
    {
        try
        {
            return await work();
        }
        catch (RpcException fault) when (PageFault.MayPass(fault) && !ended.IsCancellationRequested)
        {
            await Task.Delay(AfterFault, ended.Token);
            isDirty = true;
            return true;
        }
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (ended.IsCancellationRequested && fault is RpcException or OperationCanceledException
            or ObjectDisposedException)
        {
            // Another list is shown.
        }
        catch (RpcException fault)
        {
            Fault = PageFault.Of(fault);
            touched();
        }
    }
}
