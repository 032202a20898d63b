using System.Globalization;

namespace Syntha.Mesh.History;

/// <summary>The changes that an undo takes back: those of the commands behind a position.</summary>
/// <param name="After">The position before the first command.</param>
/// <param name="Through">The position of the last command. Null: the position of the plan.</param>
/// <param name="Author">Only changes that this agent made. Null: all.</param>
public readonly record struct UndoScope(Position After, Position? Through, AgentName? Author)
{
    /// <summary>Demands that the commands exist at the position of a plan, and that the log has them.</summary>
    /// <exception cref="MeshException">ARGUMENT_INVALID, EPOCH_CHANGED, HISTORY_COMPACTED, REVISION_IN_FUTURE.</exception>
    internal void Demand(Position plan, Position head, long oldestRevision)
    {
        head.DemandReached(plan);
        plan.DemandReached(After);
        if (Through is { } through)
        {
            plan.DemandReached(through);
            if (through.Revision < After.Revision)
            {
                throw new MeshException(ErrorReason.ArgumentInvalid, "The last command of the range lies before the first one.")
                {
                    Field = "scope.range.through",
                };
            }
        }

        if (After.Revision + 1 < oldestRevision)
        {
            throw new MeshException(ErrorReason.HistoryCompacted, "The log no longer has all commands that the undo is about.")
            {
                Metadata = { ["oldest"] = Text(oldestRevision), ["head"] = Text(head.Revision) },
            };
        }
    }

    private static string Text(long revision) => revision.ToString(CultureInfo.InvariantCulture);
}
