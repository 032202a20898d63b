using Syntha.Storage.Names;

namespace Syntha.Storage.Sqlite.Files;

/// <summary>
/// Files keeps the data folder and the threads that work in it; it uses Ground and Names. This type knows where each file lies. Everything
/// in the folder can be read by its owner alone, under any umask. The server follows no symbolic link in it: a link is a sign of tampering.
/// </summary>
internal sealed class DataFolder
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    // The files that SQLite keeps beside a database, and opens by their names.
    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    public DataFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        LockFile = System.IO.Path.Combine(Path, "lock");
        ServerFile = System.IO.Path.Combine(Path, "server.db");
        AuditFile = System.IO.Path.Combine(Path, "audit.db");
        Users = System.IO.Path.Combine(Path, "users");
        Erased = System.IO.Path.Combine(Path, "erased");
        Staged = System.IO.Path.Combine(Path, "staged");
        CreateDurably(Path);
        RefuseLink(Users);
        CreatePrivateFolder(Users);
        MakePrivate(Users);
        Libc.SyncFolder(Path);
    }

    public string Path { get; }

    public string LockFile { get; }

    /// <summary>Whether the file of the server's own records exists.</summary>
    public bool HasServerFile => File.Exists(ServerFile);

    private string ServerFile { get; }

    private string AuditFile { get; }

    private string Users { get; }

    private string Erased { get; }

    private string Staged { get; }

    public string FileOf(StoreName name) => FileOf(name.Value);

    /// <summary>The file in a folder of the users' folder.</summary>
    public string FileOf(string name) => System.IO.Path.Combine(Users, name, "context.db");

    /// <summary>Whether the store's file exists. Refuses links before anything is opened.</summary>
    /// <exception cref="MeshException">STORE_CORRUPT.</exception>
    public bool Contains(StoreName name)
    {
        var path = FileOf(name);
        RefuseLinks(path);
        return File.Exists(path);
    }

    /// <summary>The names of all folders in the users' folder. Some may be no store.</summary>
    public IEnumerable<string> Names() => Directory.EnumerateDirectories(Users).Select(path => System.IO.Path.GetFileName(path));

    /// <summary>Whether such a folder holds a store's file, and neither of them is a link.</summary>
    public bool HasOwnFile(string name)
    {
        var file = new FileInfo(FileOf(name));
        return file is { Exists: true, LinkTarget: null } && file.Directory!.LinkTarget is null;
    }

    /// <summary>The files of all stores.</summary>
    public string[] FilesOfAll() => [.. Directory.GetDirectories(Users)
        .Select(folder => System.IO.Path.Combine(folder, "context.db"))
        .Where(File.Exists)
        .Order(StringComparer.Ordinal)];

    /// <summary>Whether SQLite can make the files that it needs beside the store's file.</summary>
    public bool CanWrite(StoreName name) => Libc.CanWrite(System.IO.Path.GetDirectoryName(FileOf(name))!);

    /// <summary>Puts a whole file in place. If it is killed at any point, it leaves a complete store or none.</summary>
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
        {
            File.Delete(path + companion);
        }

        WriteDurably(unfinished, content);
        File.Move(unfinished, path, overwrite: true);
        Libc.SyncFolder(folder);
        Libc.SyncFolder(Users);
    }

    /// <summary>
    /// Erases everything of a store. First it moves the store away, in one step. If it is killed before that step, the store is unchanged;
    /// after it, <see cref="RemoveLeftovers"/> does the rest. Nothing may be open in the store.
    /// </summary>
    /// <returns>Whether there was a store.</returns>
    public bool Delete(StoreName name)
    {
        RefuseLink(Users);
        var folder = System.IO.Path.GetDirectoryName(FileOf(name))!;
        if (!Directory.Exists(folder))
        {
            return false;
        }

        var existed = File.Exists(FileOf(name));
        CreatePrivateFolder(Erased);
        var leaving = System.IO.Path.Combine(Erased, Guid.NewGuid().ToString("N"));
        Directory.Move(folder, leaving);
        Libc.SyncFolder(Erased);
        Libc.SyncFolder(Users);
        Directory.Delete(leaving, recursive: true);
        Libc.SyncFolder(Erased);
        return existed;
    }

    /// <summary>Removes what a killed process left of an erase or an import. For the process that holds the folder.</summary>
    /// <returns>The number of stores.</returns>
    public int RemoveLeftovers() => Empty(Erased) + Empty(Staged);

    /// <summary>The path of a new file for a store that is being filled.</summary>
    public string StagePath() => System.IO.Path.Combine(Staged, Guid.NewGuid().ToString("N"), "context.db");

    public void CreateStage(string path, ReadOnlySpan<byte> content)
    {
        RefuseLink(Staged);
        CreatePrivateFolder(Staged);
        CreatePrivateFolder(System.IO.Path.GetDirectoryName(path)!);
        WriteDurably(path, content);
    }

    /// <summary>
    /// Puts a complete, closed file in the place of a store, durably and in one step. Nothing may be open in the old store. Its write-ahead
    /// file was copied into the database when it was closed.
    /// </summary>
    public void PutInPlace(string stage, StoreName name)
    {
        var path = FileOf(name);
        RefuseLinks(path);
        var folder = System.IO.Path.GetDirectoryName(path)!;
        CreatePrivateFolder(folder);
        MakePrivate(folder);
        using (var file = new FileStream(stage, System.IO.FileMode.Open, FileAccess.ReadWrite))
        {
            file.Flush(flushToDisk: true);
        }

        foreach (var companion in Companions)
        {
            File.Delete(path + companion);
        }

        File.Move(stage, path, overwrite: true);
        Libc.SyncFolder(folder);
        Libc.SyncFolder(Users);
    }

    public static void RemoveStage(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// Checks the files that are about to be opened, and takes back rights that a restore or an administrator may have given away.
    /// </summary>
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
            {
                MakePrivate(path + companion);
            }
        }
    }

    /// <summary>Makes the file of the server's own records, empty, if it is missing. Checks it as <see cref="Secure"/> does.</summary>
    /// <returns>The file's path.</returns>
    /// <exception cref="MeshException">STORE_CORRUPT: a link is in the way.</exception>
    public string SecureServerFile() => SecureOwn(ServerFile);

    /// <summary>As <see cref="SecureServerFile"/>, for the file of the audit trail.</summary>
    /// <returns>Where it is.</returns>
    /// <exception cref="MeshException">STORE_CORRUPT: a link is in the way.</exception>
    public string SecureAuditFile() => SecureOwn(AuditFile);

    public static void RefuseLink(string path)
    {
        if (new FileInfo(path).LinkTarget is null)
        {
            return;
        }

        var cause = new IOException($"{path} is a symbolic link; the server follows none in its data folder.");
        throw new MeshException(ErrorReason.StoreCorrupt, "The user's store was tampered with and is not opened.", cause);
    }

    public static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var wanted = Directory.Exists(path) ? FolderMode : FileMode;
        if (File.GetUnixFileMode(path) != wanted)
        {
            File.SetUnixFileMode(path, wanted);
        }
    }

    private string SecureOwn(string file)
    {
        RefuseLinks(file);
        if (!File.Exists(file))
        {
            WriteDurably(file, []);
            Libc.SyncFolder(Path);
        }
        foreach (var path in Companions.Select(companion => file + companion).Where(File.Exists).Prepend(file))
        {
            MakePrivate(path);
        }

        return file;
    }

    private static int Empty(string above)
    {
        RefuseLink(above);
        if (!Directory.Exists(above))
        {
            return 0;
        }

        var left = Directory.GetDirectories(above);
        foreach (var folder in left)
        {
            Directory.Delete(folder, recursive: true);
        }

        Libc.SyncFolder(above);
        return left.Length;
    }

    private void RefuseLinks(string path)
    {
        RefuseLink(Users);
        RefuseLink(System.IO.Path.GetDirectoryName(path)!);
        RefuseLink(path);
        foreach (var companion in Companions)
        {
            RefuseLink(path + companion);
        }
    }

    // With all missing folders above it.
    private static void CreateDurably(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var above = System.IO.Path.GetDirectoryName(path)!;
        CreateDurably(above);
        CreatePrivateFolder(path);
        Libc.SyncFolder(above);
    }

    private static void CreatePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    private static void WriteDurably(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        using var file = new FileStream(path, options);
        // SQLite gives the write-ahead file and the shared-memory file the mode of the database.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.SafeFileHandle, FileMode);
        }

        file.Write(content);
        file.Flush(flushToDisk: true);
    }
}
