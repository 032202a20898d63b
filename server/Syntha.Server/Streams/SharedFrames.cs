using System.Runtime.CompilerServices;
using Syntha.Mesh.Following;
using Syntha.V1;

namespace Syntha.Server.Streams;

/// <summary>
/// The messages of the last few changes as they go over the wire, for all streams to which such a change looks the same: building and
/// writing a message costs more than all the rest of telling a change to one more subscriber. An entry belongs to one change of one mesh,
/// by the identity of the object, so that no two users can ever meet in one. Thread-safe.
/// </summary>
internal sealed class SharedFrames
{
    // Streams that keep up ask for the same change within moments. Whoever finds another one in its place builds anew.
    private const int Slots = 64;
    private const int MaxItemBytes = 16 * 1024;

    private readonly Entry?[] entries = new Entry?[Slots];

    /// <summary>The frame of a message that tells this one change and nothing else; null: such a message is not shared.</summary>
    public ReadOnlyMemory<byte>? Find(FeedChange seen, Mesh.Log.Position through, FeedMessages messages)
    {
        // A value may be told to one stream just before it expires, and must not be told to the next one just after.
        if (seen.IsExpired || seen.Change.Place.Revision != through.Revision || seen.Item is not { Bytes: <= MaxItemBytes, ExpiresAt: null })
            return null;
        ref var slot = ref entries[RuntimeHelpers.GetHashCode(seen.Change) % Slots];
        if (Volatile.Read(ref slot) is { } entry && ReferenceEquals(entry.Change, seen.Change) && entry.Kind == seen.Kind && entry.Form == messages.Form)
            return entry.Frame;
        var built = new Entry(seen.Change, seen.Kind, messages.Form, Build(messages.Changes([seen], through).Single()));
        Volatile.Write(ref slot, built);
        return built.Frame;
    }

    private static byte[] Build(StreamMessage message)
    {
        var frame = new ChangesFrame(message.Changes);
        var bytes = new byte[frame.Bytes];
        frame.WriteTo(bytes);
        return bytes;
    }

    private sealed record Entry(Mesh.Log.Change Change, FeedKind Kind, MessageForm Form, byte[] Frame);
}

/// <summary>What a subscriber asked of the form of items.</summary>
internal readonly record struct MessageForm(ValueForm Values, bool IsKeysOnly);
