using System.Globalization;
using Syntha.Storage.Sqlite;

namespace Syntha.Storage.Tests.Sqlite;

/// <summary>The process that a test traces and kills: pushes one item after the other, and says on its output what was acknowledged.</summary>
internal static class PushingProgram
{
    public const string Argument = "push";

    public static async Task<int> RunAsync(string folder, string user, int count, bool isSynchronous)
    {
        await using var stores = new SqliteStores(new() { DataFolder = folder }, TimeProvider.System, NullLoggerFactory.Instance);
        var store = await stores.OpenAsync(Users.Of(user), CancellationToken.None);
        var revision = (await store.LoadAsync(CancellationToken.None)).Position.Revision;
        await using var output = Console.OpenStandardOutput();
        for (var number = 0; number < count; number++)
        {
            var command = Draft.Command(++revision, Draft.Push(revision.ToString(CultureInfo.InvariantCulture)), Draft.Push($"{revision}/2"));
            await store.WriteAsync(async turn => await turn.CommitAsync([command]), CancellationToken.None);
            await output.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"ACK {revision}\n"));
            await output.FlushAsync();
        }
        return isSynchronous ? 0 : 1;
    }
}
