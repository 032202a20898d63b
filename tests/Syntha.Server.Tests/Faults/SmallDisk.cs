using System.Diagnostics;

namespace Syntha.Server.Tests.Faults;

/// <summary>A file system of a few megabytes in memory, for who may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <returns>Null where this process may not mount.</returns>
    public static SmallDisk? Mount(int megabytes)
    {
        var path = Directory.CreateTempSubdirectory("syntha-disk").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path) == 0)
            return new(path);
        Directory.Delete(path);
        return null;
    }

    /// <summary>Makes one file read-only even for root.</summary>
    public void Protect(string file)
    {
        Assert.Equal(0, Run("mount", "--bind", file, file));
        Assert.Equal(0, Run("mount", "-o", "remount,ro,bind", file));
        protectedFiles.Add(file);
    }

    private readonly List<string> protectedFiles = [];

    public void Dispose()
    {
        foreach (var file in protectedFiles)
            Run("umount", "-l", file);
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
