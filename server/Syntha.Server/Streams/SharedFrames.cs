using System.Runtime.CompilerServices;
using Syntha.Mesh.Following;
using Syntha.Server.Wire;
using Syntha.V1;

namespace Syntha.Server.Streams;

/// <summary>
/// Keeps the wire form of the messages of the last few changes, for all streams that see these changes in the same way. Building and
/// writing a message costs more than all the other work of telling a change to one more subscriber. An entry belongs to changes of one
/// mesh, by the identity of the objects, so two users can never share an entry. Thread-safe.
/// </summary>
internal sealed class SharedFrames
{
    // Streams that keep up ask for the same changes within moments. A stream that finds other changes in the slot builds its frame anew.
    private const int Slots = 64;
    private const int MaxItemBytes = 16 * 1024;

    // Streams that are further behind than this seldom lack the same changes.
    private const int MaxChanges = 16;

    private readonly Entry?[] entries = new Entry?[Slots];

    /// <summary>The frame of a message with exactly these changes. Null when such a message is not shared.</summary>
    public ReadOnlyMemory<byte>? Find(IReadOnlyList<FeedChange> page, Mesh.Log.Position through, FeedMessages messages)
    {
        foreach (var seen in page)
        {
            if (seen.Kind == FeedKind.Redacted)
            {
                // No stream asks for a frame with the redacted value any more, because the changes are read anew. It need not stay, either.
                Array.Clear(entries);
                return null;
            }
        }

        if (page.Count is 0 or > MaxChanges)
        {
            return null;
        }

        ref var slot = ref entries[(RuntimeHelpers.GetHashCode(page[^1].Change) + page.Count) % Slots];
        if (Volatile.Read(ref slot) is { } entry && entry.Tells(page, through, messages.View))
        {
            return entry.Frame;
        }

        if (!MayBeShared(page))
        {
            return null;
        }

        var built = new Entry([.. page], through, messages.View, Build(messages.Changes(page, through).Single()));
        Volatile.Write(ref slot, built);
        return built.Frame;
    }

    private static bool MayBeShared(IReadOnlyList<FeedChange> page)
    {
        var bytes = 0L;
        foreach (var seen in page)
        {
            // A value may go to one stream just before it expires. It must not go to the next stream just after.
            if (seen.IsExpired || seen.Item is not { ExpiresAt: null } item)
            {
                return false;
            }

            bytes += item.Bytes;
        }
        return bytes <= MaxItemBytes;
    }

    private static byte[] Build(SubscribeResponse message)
    {
        var frame = new ChangesFrame(message.Changes);
        var bytes = new byte[frame.Bytes];
        frame.WriteTo(bytes);
        return bytes;
    }

    private sealed record Entry(ImmutableArray<FeedChange> Page, Mesh.Log.Position Through, ItemView View, byte[] Frame)
    {
        public bool Tells(IReadOnlyList<FeedChange> page, Mesh.Log.Position through, ItemView view)
        {
            if (page.Count != Page.Length || through != Through || view != View)
            {
                return false;
            }

            for (var index = 0; index < Page.Length; index++)
            {
                if (!ReferenceEquals(page[index].Change, Page[index].Change) || page[index].Kind != Page[index].Kind)
                {
                    return false;
                }
            }
            return true;
        }
    }
}
