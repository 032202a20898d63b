namespace Syntha.Benchmarks.Processes;

/// <summary>
/// A folder for all files of a run, deleted at the end. It lies beside the build's output, so on a real disk.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private int stores;

    public ScratchFolder(string artifactsFolder)
    {
        Path = System.IO.Path.Combine(artifactsFolder, "bench", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path);
        // A folder in memory is never synced, and every figure about commits would be wrong.
        if (new DriveInfo(Path).DriveFormat is "tmpfs" or "ramfs")
        {
            Dispose();
            throw new BenchmarkException($"{artifactsFolder} lies in memory: durable writes must be measured on a disk.");
        }
    }

    public string Path { get; }

    /// <summary>A new path in the folder. Nothing is there yet.</summary>
    public string NewPath(string name) => System.IO.Path.Combine(Path, $"{name}-{Interlocked.Increment(ref stores)}");

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
