using System.Data;
using Dapper;
using Npgsql;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Postgres.Heads;

/// <summary>
/// Listens for the announcements of other nodes, on a connection of its own. Each new connection begins with one poll, because
/// announcements in between are not repeated.
/// </summary>
internal sealed class Listener(string connectionString, string node, HeadWatch watch, HeadPoll poll, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly string connectionString = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        // A silent connection may be a dead one.
        KeepAlive = 10,
        ApplicationName = "syntha listener",
    }.ConnectionString;

    private bool isFailing;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await ListenAsync(cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                if (!isFailing)
                {
                    StorageLog.ListenerLost(logger, failure);
                }

                isFailing = true;
            }
            await Task.Delay(RetryAfter, time, cancellationToken);
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        connection.Notification += (_, notification) => Hear(notification.Payload);
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"LISTEN {Announcer.Channel};", commandType: CommandType.Text, cancellationToken: cancellationToken));
        await poll.PollAsync(cancellationToken);
        isFailing = false;
        StorageLog.Listening(logger);
        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }

    // An exception here would end the listening of all meshes for good.
    private void Hear(string payload)
    {
        var (sender, heads) = Announcer.Parse(payload);
        if (sender == node)
        {
            return;
        }

        foreach (var (user, position) in heads)
        {
            watch.Hear(user, position);
        }
    }
}
