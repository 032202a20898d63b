using System.Diagnostics.CodeAnalysis;
using Syntha.Schedules.Scheduling;

namespace Syntha.Mesh.Serving;

/// <summary>In the place of the threads for costly work: each turn is a step.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "The mesh calls it on an instance.")]
internal sealed class WorkThreads
{
    public static WorkThreads Shared { get; } = new();

    public void Add(CostlyWork work) => Scheduler.Current!.Post("costly work", () =>
    {
        if (work.TakeTurn())
        {
            Add(work);
        }
    });
}
