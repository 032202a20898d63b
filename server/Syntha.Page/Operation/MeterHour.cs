using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace Syntha.Page.Operation;

/// <summary>
/// The last hour of the server's meters, in slots of ten seconds, of all users together. It listens from the start, because an hour that
/// begins when the page is opened would be empty. It hears the meters of its own server, and knows them by name. Thread-safe.
/// </summary>
internal sealed class MeterHour(IMeterFactory own, TimeProvider time) : IHostedService, IDisposable
{
    /// <summary>How many slots an hour has.</summary>
    public const int Slots = 360;

    /// <summary>How long a slot lasts.</summary>
    public static readonly TimeSpan SlotLasts = TimeSpan.FromSeconds(10);

    private readonly CallTally tally = new();
    private readonly Gauge streams = new();
    private readonly Gauge lag = new();
    private readonly Queue<HourSlot> slots = new(Slots);
    private readonly Lock gate = new();
    private readonly CancellationTokenSource ended = new();
    private MeterListener? listener;
    private Task work = Task.CompletedTask;
    private long[] before = new long[CallTally.Numbers];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        listener = new() { InstrumentPublished = Choose };
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) =>
        {
            if (state is CallTally calls)
            {
                calls.AddRequest(value, tags);
            }
            else if (state is CommitDurations commits)
            {
                commits.Tally.AddCommit(value);
            }
        });
        listener.SetMeasurementEventCallback<int>(static (_, value, _, state) =>
        {
            if (state is CallTally commits)
            {
                commits.AddGroup(value);
            }
            else if (state is Gauge gauge)
            {
                gauge.Value = value;
            }
        });
        listener.SetMeasurementEventCallback<long>(static (_, value, _, state) => ((Gauge)state!).Value = value);
        listener.Start();
        work = TurnAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await ended.CancelAsync();
        await work;
    }

    public void Dispose()
    {
        listener?.Dispose();
        ended.Dispose();
    }

    /// <summary>The slots of the last hour, the oldest first. There are fewer when the server has run for less.</summary>
    public IReadOnlyList<HourSlot> Read()
    {
        lock (gate)
        {
            return [.. slots];
        }
    }

    /// <summary>The last slot. Null: the server has not run for ten seconds yet.</summary>
    public HourSlot? Last()
    {
        lock (gate)
        {
            return slots.LastOrDefault();
        }
    }

    /// <summary>Ends a slot. It is called by the clock, and by tests.</summary>
    internal void Turn()
    {
        listener?.RecordObservableInstruments();
        var now = tally.Read();
        var slot = new HourSlot(time.GetUtcNow(), [.. now.Zip(before, (one, former) => one - former)], streams.Value, lag.Value);
        before = now;
        lock (gate)
        {
            if (slots.Count == Slots)
            {
                slots.Dequeue();
            }

            slots.Enqueue(slot);
        }
    }

    private async Task TurnAsync()
    {
        using var clock = new PeriodicTimer(SlotLasts, time);
        try
        {
            while (await clock.WaitForNextTickAsync(ended.Token))
            {
                Turn();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    // Several servers may run in one process. The meters of the mesh have no owner.
    private void Choose(Instrument instrument, MeterListener listening)
    {
        if (instrument.Meter.Scope is { } scope && scope != own)
        {
            return;
        }

        object? state = (instrument.Meter.Name, instrument.Name) switch
        {
            ("Microsoft.AspNetCore.Hosting", "http.server.request.duration") => tally,
            ("Syntha.Mesh", "syntha.group.commands") => tally,
            ("Syntha.Mesh", "syntha.commit.duration") => new CommitDurations(tally),
            ("Syntha.Server", "syntha.streams.live") => streams,
            ("Syntha.Server", "syntha.streams.lag") => lag,
            _ => null,
        };
        if (state is not null)
        {
            listening.EnableMeasurementEvents(instrument, state);
        }
    }

    // The last value of an instrument that is asked.
    private sealed class Gauge
    {
        private long value;

        public long Value
        {
            get => Volatile.Read(ref value);
            set => Volatile.Write(ref this.value, value);
        }
    }

    private sealed record CommitDurations(CallTally Tally);
}
