using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Syntha.Storage.Sqlite.Files;

/// <summary>Calls of the operating system that .NET does not offer. On Windows, every call here does nothing.</summary>
internal static partial class Libc
{
    private const int ReadWrite = 2;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int Unlock = 8;

    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>Makes the names in a folder durable. A file that was synced can still lose its name in a power failure.</summary>
    /// <exception cref="IOException">The folder cannot be opened or synced.</exception>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, CloseOnExec);
        if (descriptor < 0)
        {
            throw Failure($"The folder {path} cannot be opened to be synced");
        }

        try
        {
            if (Fsync(descriptor) != 0)
            {
                throw Failure($"The folder {path} cannot be synced");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <exception cref="IOException">The file does not exist, or must not be written.</exception>
    public static SafeFileHandle OpenToWrite(string path)
    {
        var descriptor = Open(path, ReadWrite | CloseOnExec);
        return descriptor < 0 ? throw Failure($"The file {path} cannot be opened") : new(descriptor, ownsHandle: true);
    }

    /// <summary>Takes the file's lock until the handle is closed. False: another process holds it.</summary>
    public static bool TryLock(SafeFileHandle file) =>
        OperatingSystem.IsWindows() || Flock(file, LockExclusive | LockNonBlocking) == 0;

    /// <summary>Releases the lock, even if a process that is just starting still has a copy of the handle.</summary>
    public static void ReleaseLock(SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Flock(file, Unlock);
        }
    }

    /// <summary>Whether files can be made in a folder. On a disk that is mounted read-only the answer is no, even for root.</summary>
    public static bool CanWrite(string path)
    {
        const int Write = 2;
        return OperatingSystem.IsWindows() || Access(path, Write) == 0;
    }

    /// <summary>How many files the process may have open. Null: unknown, or without limit.</summary>
    public static long? MaxOpenFiles()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var openFiles = OperatingSystem.IsMacOS() ? 8 : 7;
        return GetLimit(openFiles, out var limit) == 0 && limit.Current is > 0 and < int.MaxValue ? (long)limit.Current : null;
    }

    private static IOException Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new($"{what}: {new Win32Exception(error).Message}.", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Current;
        public ulong Maximum;
    }
}
