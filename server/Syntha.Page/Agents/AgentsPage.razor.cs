using Grpc.Core;
using Microsoft.AspNetCore.Components;
using Syntha.Page.Access;
using Syntha.Page.Parts;

namespace Syntha.Page.Agents;

/// <summary>The agents of a mesh, and what is stored about the chosen one. It follows changes of agents.</summary>
public sealed partial class AgentsPage : PageView
{
    private const string DefaultDialect = "json-schema";

    // However often an agent changes, it is read anew no more often than this.
    private static readonly TimeSpan ReadPause = TimeSpan.FromMilliseconds(200);

    private AgentNames? names;
    private IReadOnlyList<string> listed = [];
    private string filter = "";

    // What the field holds at first. The field is not bound: a render that comes late would take out what was typed since.
    private string firstFilter = "";
    private string typed = "";
    private string dialect = DefaultDialect;
    private string? chosen;
    private AgentDetails? details;
    private PageFault? agentFault;
    private bool isRead;
    private bool isReading;
    private bool isStale;

    protected override async Task BeginAsync()
    {
        (names, listed, details, agentFault, isRead) = (null, [], null, null, false);
        (filter, typed, dialect) = (Kept("filter") ?? "", "", Kept("dialect") ?? DefaultDialect);
        firstFilter = filter;
        chosen = Mesh.OnlyAgent ?? Kept("agent");

        // A stream of an owner tells about all agents. That of an agent begins anew when something about the agent changes.
        Follow(new(Mesh, Mesh.OnlyAgent is null
            ? new() { View = ItemView.Keys, IncludeAgents = true, Kinds = { ChangeKind.AgentChanged } }
            : new() { View = ItemView.Keys, Kinds = { ChangeKind.Expired } }, null), TakeAsync);
        names = await AgentNames.ReadAsync(Mesh, Ended);
        isRead = true;
        List();
        chosen ??= listed.Count > 0 ? listed[0] : null;
        await RefreshAsync();
    }

    private void List() => listed = names?.That(filter) ?? [];

    private int IndexOf(string? name)
    {
        for (var n = 0; n < listed.Count; n++)
        {
            if (listed[n] == name)
            {
                return n;
            }
        }

        return -1;
    }

    private string Counted() => names is null ? "Reading …"
        : $"{(listed.Count == names.Count ? "" : $"{Wording.Number(listed.Count)} of ")}{Wording.Number(names.Count)} "
        + $"{(names.Count == 1 ? "agent" : "agents")}{(names.IsCut ? "; there may be more, which can be shown by name" : "")}";

    private static string Topics(int count) => count == 0 ? "" : count == 1 ? "1 topic" : $"{Wording.Number(count)} topics";

    private void Filter(ChangeEventArgs change)
    {
        filter = change.Value as string ?? "";
        List();
        Keep("filter", filter.Length == 0 ? null : filter);
    }

    private void ChangeDialect(string? name)
    {
        dialect = name ?? DefaultDialect;
        Keep("dialect", dialect == DefaultDialect ? null : dialect);
    }

    private Task ChooseAsync(string name)
    {
        if (name.Length == 0)
        {
            return Task.CompletedTask;
        }

        (chosen, typed) = (name, "");
        Keep("agent", name);
        return RefreshAsync();
    }

    private async Task TakeAsync(FeedNews news)
    {
        if (news is FeedOpened { HasGap: true } && isRead)
        {
            if (Mesh.OnlyAgent is null)
            {
                names = await AgentNames.ReadAsync(Mesh, Ended);
                List();
            }

            _ = RefreshAsync();
        }
        else if (news is FeedChanges { Changes: var changes } && Mesh.OnlyAgent is null)
        {
            var before = names?.Count;
            foreach (var change in changes)
            {
                names?.Note(change.Key, change.Agent?.Topics.Count ?? 0);
            }

            if (before != names?.Count)
            {
                List();
            }

            if (changes.Any(change => change.Key == chosen))
            {
                _ = RefreshAsync();
            }
        }
    }

    /// <summary>Reads the chosen agent. Calls that come meanwhile make it read once more.</summary>
    private async Task RefreshAsync()
    {
        isStale = true;
        if (isReading)
        {
            return;
        }

        isReading = true;
        try
        {
            while (isStale && chosen is { } name)
            {
                isStale = false;
                await ReadAsync(name, Ended);
                Touch();
                await Task.Delay(isStale && name == chosen ? ReadPause : TimeSpan.Zero, Ended);
            }
        }
        catch (OperationCanceledException)
        {
            // The view was left, or shows another user.
        }
        finally
        {
            isReading = false;
        }
    }

    private async Task ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var read = await AgentDetails.ReadAsync(Mesh, name, cancellationToken);
            if (name == chosen && !cancellationToken.IsCancellationRequested)
            {
                (details, agentFault) = (read, null);
                if (read.Topics.Count > 0 || read.Permissions is not null || read.Access is not null)
                {
                    names?.Note(name, read.Topics.Count);
                    List();
                }
            }
        }
        catch (RpcException fault) when (name == chosen && !cancellationToken.IsCancellationRequested)
        {
            agentFault = PageFault.Of(fault);
            details = details?.Name == name ? details : null;
        }
        catch (RpcException)
        {
            // Another agent was chosen meanwhile.
        }
    }
}
