using System.Text;

namespace Syntha.Examples.UserIsolation.Verification;

/// <summary>
/// Looks past the server, into the bytes of its files. A user's texts must be in that user's folder and in no other place. Every file
/// counts. The write-ahead log matters most: it holds what has not yet moved into the database file.
/// </summary>
internal static class OutsideCheck
{
    internal static void Run(string dataFolder, IReadOnlyList<UserSecrets> everyone, Findings findings)
    {
        dataFolder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder));
        var files = FilesOf(dataFolder);
        findings.Check(files.Count > 0, $"there are files in {dataFolder}", "the folder is missing or empty");

        var seen = everyone.ToDictionary(user => user, _ => new HashSet<string>(StringComparer.Ordinal));
        var misplaced = everyone.ToDictionary(user => user, _ => new List<string>());
        foreach (var file in files)
        {
            var bytes = Read(file);
            foreach (var user in everyone)
            {
                var isOwn = IsWithin(file, FolderOf(dataFolder, user.UserId));
                foreach (var text in user.Texts.Where(text => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0))
                {
                    if (isOwn)
                    {
                        seen[user].Add(text);
                    }
                    else
                    {
                        misplaced[user].Add($"'{text}' is in {Path.GetRelativePath(dataFolder, file)}");
                    }
                }
            }
        }

        foreach (var user in everyone)
        {
            var missing = user.Texts.Except(seen[user]).ToList();
            findings.Check(
                missing.Count == 0,
                $"the folder of {user.UserId} holds what {user.UserId} wrote",
                $"not found: {string.Join(", ", missing)}");
            findings.Check(
                misplaced[user].Count == 0,
                $"nothing of {user.UserId} is outside of that folder, in {files.Count} files",
                string.Join("; ", misplaced[user]));
        }
    }

    /// <summary>
    /// The logs come before the databases. When a log moves into its database while this runs, its text is then found there, and not missed
    /// in both.
    /// </summary>
    private static List<string> FilesOf(string dataFolder) => !Directory.Exists(dataFolder)
        ? []
        : [.. Directory.EnumerateFiles(dataFolder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .OrderByDescending(file => file.EndsWith("-wal", StringComparison.Ordinal))];

    private static string FolderOf(string dataFolder, string userId) => Path.Combine(dataFolder, "users", userId);

    private static bool IsWithin(string file, string folder) =>
        file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static byte[] Read(string file)
    {
        try
        {
            // All kinds of sharing are allowed: the server has these files open and goes on writing.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (FileNotFoundException)
        {
            // The log has moved into its database meanwhile.
            return [];
        }
    }
}
