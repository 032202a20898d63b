using Syntha.Server.Meshes;

namespace Syntha.Server.Tests.Meshes;

/// <summary>Without a setting, the bounds of memory follow what the process may use.</summary>
public sealed class MeshOptionsTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData(300 * MiB, 75 * MiB, 150 * MiB, 300 * MiB / 8)]
    [InlineData(64 * 1024 * MiB, 1024 * MiB, 32 * 1024 * MiB, 512 * MiB)]
    [InlineData(0, MiB, MiB, MiB)]
    public void Limits_ByDefault_AreAPartOfWhatTheProcessMayUse(long available, long meshes, long inUse, long queued)
    {
        var limits = new MeshOptions().LimitsFor(available);

        Assert.Equal((meshes, inUse, queued), (limits.MaxBytes, limits.MaxBytesInUse, limits.Queues.MaxBytes));
        Assert.Equal(64 * MiB, limits.Queues.MaxBytesPerUser);
    }

    [Fact]
    public void Limits_ThatAreSet_AreAsTheyAreSet()
    {
        var options = new MeshOptions { MaxMemoryBytes = 3 * MiB, MaxMemoryInUse = 5 * MiB, MaxQueuedBytes = 7 * MiB };

        var limits = options.LimitsFor(300 * MiB);

        Assert.Equal((3 * MiB, 5 * MiB, 7 * MiB), (limits.MaxBytes, limits.MaxBytesInUse, limits.Queues.MaxBytes));
        // What is kept in memory may also be used.
        Assert.Equal(400 * MiB, new MeshOptions { MaxMemoryBytes = 400 * MiB }.LimitsFor(300 * MiB).MaxBytesInUse);
    }
}
