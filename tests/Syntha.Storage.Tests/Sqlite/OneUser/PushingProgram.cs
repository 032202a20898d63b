using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Sqlite;

namespace Syntha.Storage.Tests.Sqlite.OneUser;

/// <summary>
/// The process that tests trace and kill. It commits one command after the other, and writes the acknowledged revisions to its output.
/// </summary>
internal static class PushingProgram
{
    public const string Argument = "push";

    /// <summary>How to commit: as the server does, or carelessly, so that the tests go red.</summary>
    public const string Faithful = "faithful";
    public const string Careless = "careless";

    /// <summary>Faithfully, and with the log trimmed after each commit.</summary>
    public const string Trimming = "trimming";

    /// <summary>How many commands the trimmed log keeps.</summary>
    public const int KeptCommands = 10;

    public static async Task RunAsync(string folder, string user, int count, string manner)
    {
        await using var output = Console.OpenStandardOutput();
        if (manner == Careless)
        {
            await PushCarelesslyAsync(Path.Combine(folder, "users", user), count, output);
        }
        else
        {
            await PushAsync(folder, UserIds.Of(user), count, manner == Trimming, output);
        }
    }

    /// <summary>Two changes in each command, so that half a command would show.</summary>
    public static CommittedCommand CommandOf(long revision)
    {
        var name = revision.ToString(CultureInfo.InvariantCulture);
        return Draft.Command(revision, Draft.Push(name, name), Draft.Push($"{name}/2", $"\"{new string('x', (int)(revision % 9_000))}\""));
    }

    private static async Task PushAsync(string folder, UserId user, int count, bool isTrimming, Stream output)
    {
        await using var stores = new SqliteStores(new() { DataPath = folder }, TimeProvider.System, NullLoggerFactory.Instance);
        var store = await stores.OpenAsync(user, StoreRight.Unbound, CancellationToken.None);
        var revision = (await store.LoadAsync(CancellationToken.None)).Position.Revision;
        var limits = new LogLimits(2 * KeptCommands, long.MaxValue, TimeSpan.MaxValue);
        for (var number = 0; number < count; number++)
        {
            var command = CommandOf(++revision);
            await store.WriteAsync(async turn => await turn.CommitAsync([command]), CancellationToken.None);
            await AcknowledgeAsync(output, revision);
            if (isTrimming)
            {
                await store.WriteAsync(async turn => await turn.TrimAsync(limits, int.MaxValue), CancellationToken.None);
            }
        }
    }

    // The planted bug: the same file and journal, but nothing waits for the disk.
    private static async Task PushCarelesslyAsync(string folder, int count, Stream output)
    {
        Directory.CreateDirectory(folder);
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "context.db")};Pooling=False");
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE pushes (number INTEGER);";
        command.ExecuteNonQuery();
        for (var number = 1; number <= count; number++)
        {
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"INSERT INTO pushes VALUES ({number});");
            command.ExecuteNonQuery();
            await AcknowledgeAsync(output, number);
        }
    }

    private static async Task AcknowledgeAsync(Stream output, long revision)
    {
        await output.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"ACK {revision}\n")));
        await output.FlushAsync();
    }
}
