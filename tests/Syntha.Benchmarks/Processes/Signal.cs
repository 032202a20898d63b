using System.Runtime.InteropServices;

namespace Syntha.Benchmarks.Processes;

/// <summary>Sends the signal that asks a process to end. .NET itself can only kill a process.</summary>
internal static class Signal
{
    private const int Sigterm = 15;

    public static void Terminate(int processId) => _ = Kill(processId, Sigterm);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int processId, int signal);
}
