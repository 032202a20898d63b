using Syntha.Mesh.Stores;

namespace Syntha.Mesh.History;

/// <summary>
/// What the log says, from the first command of an undo on, about each key and each agent that the undo takes back. Takes the rows of the
/// log in their order. Lives for one plan.
/// </summary>
/// <param name="scope">What is taken back.</param>
/// <param name="plan">The position of the plan. Later rows do not count.</param>
internal sealed class UndoTraces(UndoScope scope, Position plan)
{
    private readonly long last = (scope.Through ?? plan).Revision;
    private readonly Dictionary<string, UndoTrace> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UndoTrace> agents = new(StringComparer.Ordinal);

    public void Add(Replacement row)
    {
        if (row.Place.Revision > plan.Revision)
        {
            return;
        }

        switch (row.Kind)
        {
            case ChangeKind.Created or ChangeKind.Updated or ChangeKind.Removed:
                Add(keys, row, IsTaken(row));
                break;
            // The end of a time to live is written by no one. It follows from the write before it, and stands in no one's way.
            case ChangeKind.Expired when keys.TryGetValue(row.Subject, out var trace):
                trace.Present = null;
                break;
            case ChangeKind.AgentChanged when scope.Author is null:
                Add(agents, row, IsTaken(row));
                break;
        }
    }

    /// <summary>The traces of the keys, in byte order.</summary>
    public IReadOnlyList<UndoTrace> Keys() => InOrder(keys);

    /// <summary>The traces of the agents, in byte order.</summary>
    public IReadOnlyList<UndoTrace> Agents() => InOrder(agents);

    public int Count => keys.Count + agents.Count;

    private bool IsTaken(Replacement row) =>
        row.Place.Revision > scope.After.Revision && row.Place.Revision <= last && (scope.Author is null || row.Actor == scope.Author);

    // Only the last run of changes of the scope can be taken back, down to what it replaced. When another command came in between, the
    // earlier ones of the scope lie beneath that command, and stay.
    private static void Add(Dictionary<string, UndoTrace> traces, Replacement row, bool isTaken)
    {
        traces.TryGetValue(row.Subject, out var trace);
        if (isTaken)
        {
            if (trace is null)
            {
                traces.Add(row.Subject, trace = new(row.Subject));
            }

            if (trace.IsNew || trace.BuiltOn is not null)
            {
                (trace.Former, trace.FormerRecord, trace.IsNew, trace.BuiltOn) = (row.Replaces, row.Former, false, null);
            }
        }
        else if (trace is not null)
        {
            trace.BuiltOn ??= row.Place;
            trace.BuiltOnBy = trace.BuiltOn == row.Place ? row.Actor : trace.BuiltOnBy;
        }

        if (trace is not null)
        {
            trace.Present = row.Kind is ChangeKind.Created or ChangeKind.Updated ? row.Place : null;
            trace.PresentRecord = row.Agent;
        }
    }

    private static List<UndoTrace> InOrder(Dictionary<string, UndoTrace> traces)
    {
        var list = traces.Values.ToList();
        list.Sort((one, other) => Utf8Order.Instance.Compare(one.Subject, other.Subject));
        return list;
    }
}

/// <summary>What the log says about one key, or about one agent. For one thread.</summary>
internal sealed class UndoTrace(string subject)
{
    public string Subject => subject;

    public bool IsNew { get; set; } = true;

    /// <summary>The row that held the key before the changes of the scope. Null: none.</summary>
    public ChangePlace? Former { get; set; }

    /// <summary>The agent's record before the changes of the scope. Null: the rows do not tell, or the subject is a key.</summary>
    public AgentRecord? FormerRecord { get; set; }

    /// <summary>The item as of the plan. Null: there is none.</summary>
    public ChangePlace? Present { get; set; }

    /// <summary>The agent's record as of the plan. Null: the subject is a key.</summary>
    public AgentRecord? PresentRecord { get; set; }

    /// <summary>The first change behind those of the scope that is not one of them. Null: there is none.</summary>
    public ChangePlace? BuiltOn { get; set; }

    /// <summary>The agent that made that change. Null: the owner.</summary>
    public AgentName? BuiltOnBy { get; set; }
}
