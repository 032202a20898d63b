using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Syntha.Server.Tests.Faults;

/// <summary>
/// The server is killed while it works, again and again on one folder. Acknowledged writes are there, a PushMany is whole or absent,
/// revisions have no gap, and a repeat under the same request id gets the first answer.
/// </summary>
[Trait("Runs", "Once")]
[Trait("Soak", "Rounds")]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Clients = 4;
    private const int EntriesPerCommand = 5;

    private static readonly string[] Users = ["alice", "bob"];

    // For each user: the last acknowledged revision, the acknowledged items by key, and the commands whose outcome the client never
    // learned.
    private readonly ConcurrentDictionary<(string User, string Key), long> acknowledged = new();
    private readonly ConcurrentQueue<(string User, PushManyRequest Request)> unknown = new();
    private int sequence;

    [Fact]
    public async Task Kill_UnderLoad_LosesNothingThatWasAcknowledged()
    {
        var rounds = KillRounds.Or(16);
        using var folder = new ScratchFolder();
        var random = new Random(1);
        for (var round = 0; round < rounds; round++)
        {
            await using var server = await ServerProcess.StartAsync(folder.Path);
            await RepeatUnknownAsync(server);
            // The kill comes after a number of acknowledgements, not after a time.
            var (enough, count) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), random.Next(1, 120));
            var clients = Enumerable.Range(0, Clients).Select(n => Task.Run(() => PushAsync(server.As(Users[n % Users.Length]), () =>
            {
                if (Interlocked.Decrement(ref count) == 0)
                {
                    enough.SetResult();
                }
            }))).ToList();
            // A client that ends before the server does has failed. Its exception says how.
            await await Task.WhenAny([enough.Task, .. clients]);
            await server.KillAsync();
            await Task.WhenAll(clients);
            foreach (var user in Users)
            {
                Check(folder.FileOf(user), user);
            }
        }
        output.WriteLine($"{rounds} rounds, {acknowledged.Count} items acknowledged, {sequence} commands sent");
    }

    private async Task PushAsync(TestUser user, Action onAcknowledged)
    {
        while (true)
        {
            var n = Interlocked.Increment(ref sequence);
            var request = new PushManyRequest { RequestId = Guid.CreateVersion7().ToString() };
            // One item or several. The keys tell which command they belong to.
            for (var entry = 0; entry < (n % 2 == 0 ? 1 : EntriesPerCommand); entry++)
            {
                request.Items.Add(new ItemWrite { Key = $"{n}/{entry}", ValueJson = $"\"{n}\"" });
            }

            try
            {
                var position = (await user.Mesh.PushManyAsync(request)).Position;
                foreach (var entry in request.Items)
                {
                    acknowledged[(user.Id, entry.Key)] = position.Revision;
                }

                onAcknowledged();
            }
            catch (RpcException died)
            {
                Assert.Equal(StatusCode.Unavailable, died.StatusCode);
                unknown.Enqueue((user.Id, request));
                return;
            }
        }
    }

    // The same as a client sees it: a repeat makes the command happen exactly once, whatever happened to the first try.
    private async Task RepeatUnknownAsync(ServerProcess server)
    {
        while (unknown.TryDequeue(out var command))
        {
            var user = server.As(command.User);
            var stored = await user.FindAsync(command.Request.Items[0].Key);
            var first = await user.Mesh.PushManyAsync(command.Request);
            var second = await user.Mesh.PushManyAsync(command.Request);

            Assert.Equal(stored is not null, first.Replayed);
            if (stored is not null)
            {
                Assert.Equal(stored.Revision, first.Position.Revision);
            }

            Assert.Equal((true, first.Position.Revision), (second.Replayed, second.Position.Revision));
            foreach (var entry in command.Request.Items)
            {
                acknowledged[(command.User, entry.Key)] = first.Position.Revision;
            }
        }
    }

    private void Check(string file, string user)
    {
        if (!File.Exists(file))
        {
            Assert.DoesNotContain(acknowledged.Keys, pair => pair.User == user);
            return;
        }
        var stored = new Dictionary<string, long>();
        using (var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT subject, place FROM changes ORDER BY place";
            using var reader = command.ExecuteReader();
            var (revision, index) = (0L, 0L);
            while (reader.Read())
            {
                var place = reader.GetInt64(1);
                // The next change belongs to the same command or is the first of the next command: no gap and no repeat.
                Assert.True(
                    (place >> 24, place & 0xFFFFFF) == (revision, index + 1) || (place >> 24, place & 0xFFFFFF) == (revision + 1, 0),
                    $"{revision}.{index} is followed by {place >> 24}.{place & 0xFFFFFF}");
                (revision, index) = (place >> 24, place & 0xFFFFFF);
                Assert.True(stored.TryAdd(reader.GetString(0), revision), $"{reader.GetString(0)} was carried out twice");
            }
            reader.Close();
            command.CommandText = "SELECT revision FROM head";
            Assert.Equal(revision, command.ExecuteScalar());
        }
        foreach (var ((_, key), revision) in acknowledged.Where(pair => pair.Key.User == user))
        {
            Assert.True(
                stored.TryGetValue(key, out var at) && at == revision, $"{key} of {user} was acknowledged at {revision} and is lost");
        }

        foreach (var command in stored.Keys.GroupBy(key => int.Parse(key.Split('/')[0], CultureInfo.InvariantCulture)))
        {
            Assert.Equal(command.Key % 2 == 0 ? 1 : EntriesPerCommand, command.Count());
        }
    }
}
