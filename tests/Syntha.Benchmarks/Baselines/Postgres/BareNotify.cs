using System.Diagnostics;
using Npgsql;
using Syntha.Benchmarks.Load;

namespace Syntha.Benchmarks.Baselines.Postgres;

/// <summary>A NOTIFY from one connection to another, with nothing above Npgsql. Not thread-safe.</summary>
internal sealed class BareNotify(NpgsqlConnection sender, NpgsqlConnection listener) : IAsyncDisposable
{
    private const string Channel = "bare";

    public static async Task<BareNotify> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var bare = new BareNotify(new(connectionString + ";Pooling=False"), new(connectionString + ";Pooling=False"));
        await bare.OpenAsync(cancellationToken);
        return bare;
    }

    /// <summary>Sends at this pace, one after the other. Returns the time from sending to hearing of each, in microseconds.</summary>
    public async Task<double[]> TimeAsync(int count, int perSecond, CancellationToken cancellationToken)
    {
        var times = new double[count];
        var interval = Stopwatch.Frequency / perSecond;
        var began = Stopwatch.GetTimestamp();
        for (var number = 0; number < count; number++)
        {
            Pause.Until(began + (number * interval));
            var hearing = listener.WaitAsync(cancellationToken);
            var sent = Stopwatch.GetTimestamp();
            await using (var command = new NpgsqlCommand($"SELECT pg_notify('{Channel}', '{number}')", sender))
            {
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            await hearing;
            times[number] = Stopwatch.GetElapsedTime(sent).TotalMicroseconds;
        }
        return times;
    }

    public async ValueTask DisposeAsync()
    {
        await sender.DisposeAsync();
        await listener.DisposeAsync();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        await sender.OpenAsync(cancellationToken);
        await listener.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"LISTEN {Channel}", listener);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
