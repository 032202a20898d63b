using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Syntha.Client;

/// <summary>
/// The items that a <see cref="ContextView"/> held as of one revision, in no particular order. Safe to share. It does not change, except
/// that an item leaves it when the item expires by the local clock.
/// </summary>
public sealed class ContextSnapshot : IReadOnlyDictionary<string, ContextItem>
{
    private readonly ImmutableDictionary<string, ContextItem> items;
    private readonly TimeProvider time;
    private readonly DateTimeOffset noExpiryBefore;

    private ContextSnapshot(
        ImmutableDictionary<string, ContextItem> items,
        Position position,
        DateTimeOffset noExpiryBefore,
        TimeProvider time)
    {
        this.items = items;
        this.noExpiryBefore = noExpiryBefore;
        this.time = time;
        Position = position;
    }

    /// <summary>How far the view had got. Everything up to here is in the snapshot.</summary>
    public Position Position { get; }

    /// <summary>Number of items. They are counted one by one after an item has expired, until the server reports that it has.</summary>
    public int Count => time.GetUtcNow() < noExpiryBefore ? items.Count : items.Values.Count(IsLive);

    /// <summary>The keys.</summary>
    public IEnumerable<string> Keys => this.Select(entry => entry.Key);

    /// <summary>The items.</summary>
    public IEnumerable<ContextItem> Values => this.Select(entry => entry.Value);

    /// <summary>The item that has a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The item.</returns>
    /// <exception cref="KeyNotFoundException">There is no such item.</exception>
    public ContextItem this[string key] =>
        TryGetValue(key, out var item) ? item : throw new KeyNotFoundException("The view has no item with this key.");

    /// <summary>Tells whether an item has a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether there is such an item.</returns>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <summary>Finds the item that has a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The item, or <see langword="null"/>.</param>
    /// <returns>Whether there is such an item.</returns>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out ContextItem value)
    {
        if (items.TryGetValue(key, out value) && IsLive(value))
        {
            return true;
        }

        value = null;
        return false;
    }

    /// <summary>Enumerates the items that have not expired, in no particular order.</summary>
    /// <returns>The items by key.</returns>
    public IEnumerator<KeyValuePair<string, ContextItem>> GetEnumerator() => items.Where(entry => IsLive(entry.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static ContextSnapshot Of(ImmutableDictionary<string, ContextItem> items, Position position, TimeProvider time) =>
        new(items, position, EarliestExpiry(items), time);

    internal ContextSnapshot At(Position position) => new(items, position, noExpiryBefore, time);

    /// <summary>Makes the state after a command. An item without the value that was asked for has expired.</summary>
    internal ContextSnapshot After(ContextEvent.Committed committed, bool keysOnly)
    {
        var changed = items.ToBuilder();
        var expiry = noExpiryBefore;
        foreach (var change in committed.Changes)
        {
            if (change.Item is { } item && (item.HasValue || keysOnly))
            {
                changed[change.Key] = item;
                expiry = item.ExpireTime < expiry ? item.ExpireTime.Value : expiry;
            }
            else if (change.Item is not null || change.IsGone)
            {
                changed.Remove(change.Key);
            }
        }

        var after = changed.ToImmutable();
        // The moment may be too early. Count is right all the same and only slower, until the moment has passed and is determined anew.
        return new(after, committed.Position, time.GetUtcNow() < expiry ? expiry : EarliestExpiry(after), time);
    }

    private static DateTimeOffset EarliestExpiry(ImmutableDictionary<string, ContextItem> items) =>
        items.Values.Select(item => item.ExpireTime ?? DateTimeOffset.MaxValue).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();

    private bool IsLive(ContextItem item) => item.ExpireTime is not { } expiry || time.GetUtcNow() < expiry;
}
