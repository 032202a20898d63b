namespace Syntha.Benchmarks.Processes;

/// <summary>
/// A folder for everything that a run writes, beside the build's output and so on the disk of the work; deleted at the end.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private int stores;

    public ScratchFolder(string artifactsFolder)
    {
        Path = System.IO.Path.Combine(artifactsFolder, "bench", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path);
        // In memory nothing is ever synced, and every figure about commits would be a lie.
        if (new DriveInfo(Path).DriveFormat is "tmpfs" or "ramfs")
        {
            Dispose();
            throw new BenchmarkException($"{artifactsFolder} lies in memory: durable writes must be measured on a disk.");
        }
    }

    public string Path { get; }

    /// <summary>A path in it that was not handed out before; nothing is there yet.</summary>
    public string NewPath(string name) => System.IO.Path.Combine(Path, $"{name}-{Interlocked.Increment(ref stores)}");

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
