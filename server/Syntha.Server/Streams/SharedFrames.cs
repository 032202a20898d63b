using System.Runtime.CompilerServices;
using Syntha.Mesh.Following;
using Syntha.Server.Wire;
using Syntha.V1;

namespace Syntha.Server.Streams;

/// <summary>
/// The messages of the last few changes as they go over the wire, for all streams to which such changes look the same: building and
/// writing a message costs more than all the rest of telling a change to one more subscriber. An entry belongs to changes of one mesh, by
/// the identity of the objects, so that no two users can ever meet in one. Thread-safe.
/// </summary>
internal sealed class SharedFrames
{
    // Streams that keep up ask for the same changes within moments. Whoever finds others in their place builds anew.
    private const int Slots = 64;
    private const int MaxItemBytes = 16 * 1024;

    // Streams that fall further behind than this seldom do so by the same changes.
    private const int MaxChanges = 16;

    private readonly Entry?[] entries = new Entry?[Slots];

    /// <summary>The frame of a message that tells these changes and nothing else; null: such a message is not shared.</summary>
    public ReadOnlyMemory<byte>? Find(IReadOnlyList<FeedChange> page, Mesh.Log.Position through, FeedMessages messages)
    {
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
            // A value may be told to one stream just before it expires, and must not be told to the next one just after.
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
