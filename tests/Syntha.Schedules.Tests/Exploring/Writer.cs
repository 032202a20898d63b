using Syntha.Schedules.Scheduling;

namespace Syntha.Schedules.Exploring;

/// <summary>
/// A client that writes. It repeats a command of unknown outcome with the same request id, and at times one that it was told of, as a
/// client does that lost the answer.
/// </summary>
internal sealed class Writer(World world, int number)
{
    private int commands;

    public async Task RunAsync()
    {
        for (var left = 1 + world.Scheduler.Choose(3); left > 0; left--)
        {
            var command = MakeCommand();
            await CarryAsync(command);
            if (world.Scheduler.Choose(5) == 0)
            {
                await CarryAsync(command);
            }
        }
    }

    private MeshCommand MakeCommand()
    {
        var id = (number * 100) + ++commands;
        var key = World.Keys[world.Scheduler.Choose(World.Keys.Length)];
        MeshCommand command = world.Scheduler.Choose(10) switch
        {
            0 => Commands.Remove(key),
            1 => Commands.Clear(),
            2 => Commands.Register("ann", $"t{id}"),
            3 or 4 => Commands.Push(key, $"{id}", ttl: TimeSpan.FromSeconds(world.Pick(3, 3_600))),
            5 => Commands.PushMany(null, Commands.Draft("a", $"{id}"), Commands.Draft("b", $"{id}")),
            _ => Commands.Push(key, $"{id}"),
        };
        return Commands.WithRequest(command, id);
    }

    private async Task CarryAsync(MeshCommand command)
    {
        for (var attempts = 3; attempts > 0; attempts--)
        {
            using var giving = world.GiveUpAtTimes(CancellationToken.None);
            if (await TryAsync(command, giving.Token))
            {
                return;
            }

            await Scheduler.StepAsync("repeats");
        }
    }

    // False: it may be repeated.
    private async Task<bool> TryAsync(MeshCommand command, CancellationToken cancellationToken)
    {
        var request = command.Request!.Id;
        var before = world.Journal.CommitsOf(request);
        world.Journal.Began(request);
        try
        {
            using var lease = await LeaseAsync(cancellationToken);
            world.Meetings.Begin(Phase.Write);
            try
            {
                var result = await lease.Mesh!.SubmitAsync(command, cancellationToken);
                world.Journal.Acknowledged(request, result);
                Assert.True(
                    lease.Mesh.Fault is not null || lease.Mesh.Revision >= result.Position.Revision, "Answered, and not published.");
                return true;
            }
            finally
            {
                world.Meetings.End(Phase.Write);
            }
        }
        catch (MeshException unknown) when (unknown.Reason == ErrorReason.StoreDown)
        {
            return false;
        }
        catch (MeshException refusal)
        {
            // Whatever else a caller is told says that nothing was done.
            Assert.Equal(before, world.Journal.CommitsOf(request));
            return refusal.Reason != ErrorReason.EpochChanged && refusal.Reason != ErrorReason.StoreBusy;
        }
        catch (OperationCanceledException)
        {
            Assert.Equal(before, world.Journal.CommitsOf(request));
            return false;
        }
        finally
        {
            world.Journal.Ended(request);
        }
    }

    private async ValueTask<MeshLease> LeaseAsync(CancellationToken cancellationToken)
    {
        world.Meetings.Begin(Phase.Lease);
        try
        {
            return await world.AnyNode().OpenAsync(World.User, StoreRight.Unbound, cancellationToken);
        }
        finally
        {
            world.Meetings.End(Phase.Lease);
        }
    }
}
