using System.Diagnostics;

namespace Syntha.Storage.Tests.Support;

/// <summary>A file system of a few MiB, which really fills up. Needs the right to mount, as root has it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string path;

    private SmallDisk(string path) => this.path = path;

    /// <summary>Null where mounting is not permitted.</summary>
    public static SmallDisk? TryMount(string path, int mebibytes)
    {
        Directory.CreateDirectory(path);
        return Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path) ? new(path) : null;
    }

    public bool Remount(string options) => Run("mount", "-o", $"remount,{options}", path);

    // Lazily: what a failed test still holds open must not keep the disk.
    public void Dispose() => Run("umount", "--lazy", path);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
