using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Sqlite.Files;

/// <summary>
/// Holds a data folder for one process. The operating system has the lock, so it is free again after every kind of end of the process. The
/// text in the file only tells people which process holds the folder.
/// </summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream file;

    private DataFolderLock(FileStream file) => this.file = file;

    /// <exception cref="DataFolderInUseException">Another process holds the folder.</exception>
    public static DataFolderLock Take(DataFolder folder, TimeProvider time)
    {
        DataFolder.RefuseLink(folder.LockFile);
        var file = Open(folder.LockFile);
        try
        {
            if (!Libc.TryLock(file.SafeFileHandle))
            {
                throw new DataFolderInUseException(folder.Path, ReadHolder(file));
            }

            DataFolder.MakePrivate(folder.LockFile);
            WriteHolder(file, time.GetUtcNow());
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // The file stays: if it were removed, two processes could lock two files of the same name.
    public void Dispose()
    {
        if (!file.SafeFileHandle.IsClosed)
        {
            Libc.ReleaseLock(file.SafeFileHandle);
        }

        file.Dispose();
    }

    private static FileStream Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return OpenOnWindows(path);
        }

        if (!File.Exists(path))
        {
            Create(path);
        }
        // Not opened by FileStream, which takes a lock of its own on every file. Then no other process could read who holds the folder.
        return new(Libc.OpenToWrite(path), FileAccess.ReadWrite);
    }

    [UnsupportedOSPlatform("windows")]
    private static void Create(string path)
    {
        try
        {
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was quicker.
        }
    }

    // Windows enforces the share mode: a process that may not open the file to write may still read it.
    private static FileStream OpenOnWindows(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (IOException) when (File.Exists(path))
        {
            using var holder = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            throw new DataFolderInUseException(Path.GetDirectoryName(path)!, ReadHolder(holder));
        }
    }

    private static string ReadHolder(FileStream file)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        return reader.ReadToEnd().Trim();
    }

    private static void WriteHolder(FileStream file, DateTimeOffset now)
    {
        var holder = string.Create(
            CultureInfo.InvariantCulture,
            $"process {Environment.ProcessId} on {Environment.MachineName}, started {now:yyyy-MM-dd HH:mm:ss}Z\n");
        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes(holder));
        file.Flush();
    }
}
