namespace Syntha.Storage.Sqlite.Files;

/// <summary>Makes a file durable after a sync that may have failed without a word.</summary>
internal static class RewrittenFile
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>
    /// Writes each byte of the file to its place once more, and syncs. After a sync that failed, the operating system takes what it holds
    /// for written, and a second sync alone would write nothing. A program that reads the file meanwhile sees no difference.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read, written or synced.</exception>
    public static void Write(string path)
    {
        using var file = Libc.OpenToWrite(path);
        var chunk = new byte[ChunkBytes];
        for (long at = 0; RandomAccess.Read(file, chunk, at) is var bytes and > 0; at += bytes)
        {
            RandomAccess.Write(file, chunk.AsSpan(0, bytes), at);
        }

        RandomAccess.FlushToDisk(file);
    }
}
