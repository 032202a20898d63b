using System.Globalization;

namespace Syntha.Benchmarks.Processes;

/// <summary>The memory and descriptors that a process holds now, from /proc.</summary>
/// <param name="ResidentBytes">Memory in RAM (VmRSS).</param>
/// <param name="Descriptors">Open file descriptors.</param>
internal sealed record ProcessUsage(long ResidentBytes, int Descriptors)
{
    private const int KilobyteBytes = 1024;

    public static ProcessUsage Read(int processId) =>
        new(ReadBytes(processId, "VmRSS:"), Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd").Count());

    /// <summary>The memory in RAM that a process shares with no other process.</summary>
    public static long ReadPrivate(int processId) => ReadBytes(processId, "RssAnon:");

    private static long ReadBytes(int processId, string name)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(text => text.StartsWith(name, StringComparison.Ordinal));
        var kilobytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1];
        return long.Parse(kilobytes, CultureInfo.InvariantCulture) * KilobyteBytes;
    }
}
