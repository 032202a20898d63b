using System.ComponentModel;
using System.Diagnostics;

namespace Syntha.Tests.Support;

/// <summary>A file system of a few MiB in memory, so that tests can fill it up. Needs the right to mount, which root has.</summary>
internal sealed class SmallDisk : IDisposable
{
    /// <summary>The reason that a skipped test gives.</summary>
    public const string NotPermitted = "This process may not mount file systems.";

    private readonly List<string> mounts = [];

    private SmallDisk(string path)
    {
        Path = path;
        mounts.Add(path);
    }

    public string Path { get; }

    /// <summary>Mounts it over a folder. The folder is created if it is missing, and it stays afterwards.</summary>
    /// <returns>Null when this process may not mount.</returns>
    public static SmallDisk? TryMount(string folder, int mebibytes)
    {
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", folder) ? new(folder) : null;
    }

    /// <param name="options">Such as <c>ro</c> or <c>size=8m</c>.</param>
    public void Remount(string options) => Demand(Run("mount", "-o", $"remount,{options}", Path));

    /// <summary>Makes one file read-only even for root.</summary>
    public void Protect(string file)
    {
        Demand(Run("mount", "--bind", file, file));
        mounts.Add(file);
        Demand(Run("mount", "-o", "remount,ro,bind", file));
    }

    // A lazy unmount succeeds even when a failed test still holds a file open.
    public void Dispose()
    {
        foreach (var mount in mounts.AsEnumerable().Reverse())
        {
            Run("umount", "--lazy", mount);
        }
    }

    private static void Demand(bool succeeded)
    {
        if (!succeeded)
        {
            throw new InvalidOperationException("The mount command failed on a mounted disk.");
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
