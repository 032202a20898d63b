using System.Globalization;

namespace Syntha.Benchmarks.Processes;

/// <summary>What a process holds right now, as Linux tells it.</summary>
/// <param name="ResidentBytes">Memory in RAM (VmRSS).</param>
/// <param name="Descriptors">Open file descriptors.</param>
internal sealed record ProcessUsage(long ResidentBytes, int Descriptors)
{
    private const int KilobyteBytes = 1024;

    public static ProcessUsage Read(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1];
        return new(
            long.Parse(kilobytes, CultureInfo.InvariantCulture) * KilobyteBytes,
            Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd").Count());
    }
}
