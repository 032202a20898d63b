using System.Data;
using Dapper;
using Npgsql;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Postgres.Heads;

/// <summary>
/// Hears what other nodes announce, on a connection of its own that nothing else uses. Each time the connection is made anew the heads are
/// polled once, because nobody repeats what was announced meanwhile.
/// </summary>
internal sealed class Listener(string connectionString, string node, HeadWatch watch, HeadPoll poll, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly string connectionString = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        // A connection over which nothing comes may be one that is gone.
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

    // A listener that throws would end for good what it hears for all.
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
