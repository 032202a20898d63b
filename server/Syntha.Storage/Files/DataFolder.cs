using Syntha.Storage.Names;

namespace Syntha.Storage.Files;

/// <summary>
/// The folder that holds all users' files, and what is where in it. Everything below it belongs to its owner alone, whatever the umask,
/// and nothing in it is followed to elsewhere: a symbolic link stands for tampering.
/// </summary>
internal sealed class DataFolder
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    // What SQLite keeps beside a database and would open by name.
    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    public DataFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        LockFile = System.IO.Path.Combine(Path, "lock");
        Users = System.IO.Path.Combine(Path, "users");
        CreateDurably(Path);
        RefuseLink(Users);
        CreatePrivateFolder(Users);
        MakePrivate(Users);
        Libc.SyncFolder(Path);
    }

    public string Path { get; }

    public string LockFile { get; }

    private string Users { get; }

    public string FileOf(StoreName name) => System.IO.Path.Combine(Users, name.Value, "context.db");

    /// <summary>Whether the store's file is there. Links are refused before anything is opened.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT.</exception>
    public bool Contains(StoreName name)
    {
        var path = FileOf(name);
        RefuseLinks(path);
        return File.Exists(path);
    }

    /// <summary>Whether SQLite can make the files that it needs beside the store's.</summary>
    public bool CanWrite(StoreName name) => Libc.CanWrite(System.IO.Path.GetDirectoryName(FileOf(name))!);

    /// <summary>Puts a whole file in place, or nothing: killed at any point, it leaves a store that is complete or absent.</summary>
    public void Create(StoreName name, ReadOnlySpan<byte> content)
    {
        var path = FileOf(name);
        var folder = System.IO.Path.GetDirectoryName(path)!;
        RefuseLinks(path);
        CreatePrivateFolder(folder);
        MakePrivate(folder);

        var unfinished = path + ".new";
        File.Delete(unfinished);
        // A write-ahead file that outlived its database would be replayed into the new one.
        foreach (var companion in Companions)
            File.Delete(path + companion);
        WriteDurably(unfinished, content);
        File.Move(unfinished, path, overwrite: true);
        Libc.SyncFolder(folder);
        Libc.SyncFolder(Users);
    }

    /// <summary>Checks what is about to be opened, and takes back rights that a restore or an administrator may have given away.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT: a link is in the way.</exception>
    public void Secure(StoreName name)
    {
        var path = FileOf(name);
        RefuseLinks(path);
        MakePrivate(System.IO.Path.GetDirectoryName(path)!);
        MakePrivate(path);
        foreach (var companion in Companions)
        {
            if (File.Exists(path + companion))
                MakePrivate(path + companion);
        }
    }

    public static void RefuseLink(string path)
    {
        if (new FileInfo(path).LinkTarget is null)
            return;
        var cause = new IOException($"{path} is a symbolic link; the server follows none in its data folder.");
        throw new MeshException(ErrorReason.StoreCorrupt, "The user's store was tampered with and is not opened.", cause);
    }

    public static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var wanted = Directory.Exists(path) ? FolderMode : FileMode;
        if (File.GetUnixFileMode(path) != wanted)
            File.SetUnixFileMode(path, wanted);
    }

    private void RefuseLinks(string path)
    {
        RefuseLink(Users);
        RefuseLink(System.IO.Path.GetDirectoryName(path)!);
        RefuseLink(path);
        foreach (var companion in Companions)
            RefuseLink(path + companion);
    }

    // With all folders above it that are missing as well.
    private static void CreateDurably(string path)
    {
        if (Directory.Exists(path))
            return;
        var above = System.IO.Path.GetDirectoryName(path)!;
        CreateDurably(above);
        CreatePrivateFolder(path);
        Libc.SyncFolder(above);
    }

    private static void CreatePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, FolderMode);
    }

    private static void WriteDurably(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode;
        using var file = new FileStream(path, options);
        // SQLite gives the write-ahead file and the shared-memory file the mode of the database.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file.SafeFileHandle, FileMode);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }
}
