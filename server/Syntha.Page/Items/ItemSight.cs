using Grpc.Core;
using Syntha.Page.Access;

namespace Syntha.Page.Items;

/// <summary>
/// The item that the reader has chosen. It is read again when it changes. Not thread-safe: all of it runs on the circuit's context.
/// </summary>
/// <param name="mesh">The mesh.</param>
/// <param name="key">The item's key.</param>
/// <param name="touched">Is called when it may look different.</param>
public sealed class ItemSight(MeshClient mesh, string key, Action touched) : IDisposable
{
    /// <summary>Beyond it, the value is cut.</summary>
    public const int MaxShown = 256 * 1024;

    /// <summary>Values beyond it are not edited here, because a message of the page's socket holds at most 1 MiB.</summary>
    public const int MaxEdited = 200_000;

    /// <summary>How many topics or subscribers are shown.</summary>
    public const int MaxNames = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(60);

    private readonly CancellationTokenSource ended = new();
    private Task reading = Task.CompletedTask;
    private bool isDirty;
    private ChangeKind last;

    public string Key => key;

    /// <summary>The item as it was last read. Its value is cut where it is long. Null: it was not read yet, or never was there.</summary>
    public Item? Item { get; private set; }

    /// <summary>How long the value is, in signs.</summary>
    public int ValueLength { get; private set; }

    public bool IsCut => ValueLength > MaxShown;

    public bool CanEdit => ValueLength <= MaxEdited;

    /// <summary>Whether it was read.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Whether it is no longer there, or never was.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Whether its time to live has ended.</summary>
    public bool IsExpired => IsGone && last == ChangeKind.Expired;

    public PageFault? Fault { get; private set; }

    public void Take(Change change)
    {
        if (change.Key == key)
        {
            last = change.Kind;
            _ = ReadAsync();
        }
    }

    /// <summary>Reads it. Calls within one moment share a read.</summary>
    public Task ReadAsync()
    {
        isDirty = true;
        if (reading.IsCompleted)
        {
            reading = LoopAsync();
        }

        return reading;
    }

    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (isDirty)
            {
                isDirty = false;
                var item = await mesh.GetAsync(key, ItemView.Json, asAgent: null, ended.Token);
                (IsRead, IsGone, Fault) = (true, item is null, null);
                if (item is not null)
                {
                    ValueLength = item.ValueJson.Length;
                    if (IsCut)
                    {
                        item.ValueJson = item.ValueJson[..MaxShown];
                    }

                    Item = item;
                }

                touched();
                await Task.Delay(Pause, ended.Token);
            }
        }
        catch (Exception fault) when (ended.IsCancellationRequested && fault is RpcException or OperationCanceledException
            or ObjectDisposedException)
        {
            // Another item is shown.
        }
        catch (RpcException fault)
        {
            Fault = PageFault.Of(fault);
            touched();
        }
    }
}
