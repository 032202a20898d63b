namespace Syntha.Mesh.State;

/// <summary>
/// Folds changes into a state: for each command that is written or caught up with, and to load a store. Not thread-safe.
/// </summary>
internal sealed class MeshFold
{
    // The entries in lists that are made anew for one changed item.
    private const long BytesOfEntries = 1024;

    private readonly string epoch;
    private readonly long oldestRevision;
    private readonly ImmutableDictionary<ContextKey, ContextItem>.Builder items;
    private readonly ImmutableDictionary<ContextKey, ExpiredItem>.Builder expired;
    private readonly ImmutableSortedSet<ContextKey>.Builder keys;
    private readonly ImmutableDictionary<Audience, ImmutableSortedSet<ContextKey>>.Builder audiences;
    private readonly ImmutableSortedSet<Deadline>.Builder deadlines;
    private readonly ImmutableDictionary<AgentName, AgentRecord>.Builder agents;
    private readonly ImmutableDictionary<TopicName, ImmutableSortedSet<TopicSubscriber>>.Builder subscribers;

    // The sets that change, as builders. A command that writes thousands of keys of one topic must not rebuild its set each time.
    private readonly Dictionary<Audience, ImmutableSortedSet<ContextKey>.Builder> openAudiences = [];

    // The topics that exist. Few commands make or end one, so the builder is made by the first of them.
    private readonly ImmutableSortedSet<TopicName> formerTopics;
    private ImmutableSortedSet<TopicName>.Builder? openTopics;
    private ClaimIndex claims;
    private long listings;
    private long bytes;
    private long replaced;
    private long redacted;

    public MeshFold(Position position, long oldestRevision)
    {
        (epoch, this.oldestRevision) = (position.Epoch, oldestRevision);
        items = ImmutableDictionary.CreateBuilder<ContextKey, ContextItem>();
        expired = ImmutableDictionary.CreateBuilder<ContextKey, ExpiredItem>();
        keys = ImmutableSortedSet.CreateBuilder<ContextKey>();
        audiences = ImmutableDictionary.CreateBuilder<Audience, ImmutableSortedSet<ContextKey>>();
        deadlines = ImmutableSortedSet.CreateBuilder<Deadline>();
        agents = ImmutableDictionary.CreateBuilder<AgentName, AgentRecord>();
        subscribers = ImmutableDictionary.CreateBuilder<TopicName, ImmutableSortedSet<TopicSubscriber>>();
        formerTopics = [];
        claims = ClaimIndex.Empty;
    }

    public MeshFold(MeshState state)
    {
        (epoch, oldestRevision) = (state.Position.Epoch, state.OldestRevision);
        (listings, bytes, replaced, redacted) = (state.Listings, state.Bytes, state.Replaced, state.Redacted);
        items = state.Items.ToBuilder();
        expired = state.Expired.ToBuilder();
        keys = state.Keys.ToBuilder();
        audiences = state.Audiences.ToBuilder();
        deadlines = state.Deadlines.ToBuilder();
        agents = state.Agents.ToBuilder();
        subscribers = state.Subscribers.ToBuilder();
        formerTopics = state.Topics;
        claims = state.Claims;
    }

    private ImmutableSortedSet<TopicName>.Builder Topics => openTopics ??= formerTopics.ToBuilder();

    public void Apply(Change change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Created or ChangeKind.Updated:
                expired.Remove(change.Item!.Key);
                PutItem(change.Item);
                break;
            case ChangeKind.Removed:
                TakeItem(ContextKey.Trusted(change.Subject));
                break;
            case ChangeKind.Expired:
                var key = ContextKey.Trusted(change.Subject);
                TakeItem(key);
                PutExpired(new(key, change.Place, change.Before!));
                break;
            case ChangeKind.Purged:
                expired.Remove(ContextKey.Trusted(change.Subject));
                break;
            case ChangeKind.AgentChanged:
                PutAgent(change.Agent!);
                break;
            case ChangeKind.Claimed or ChangeKind.ClaimRenewed or ChangeKind.ClaimReleased or ChangeKind.ClaimExpired:
                PutClaim(change.Claim!);
                break;
            case ChangeKind.Redacted:
                redacted = change.Place.Revision;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change.Kind, "A change of an unknown kind.");
        }
    }

    /// <summary>Takes a key back to what it was at an earlier position.</summary>
    /// <param name="key">The key.</param>
    /// <param name="holder">The row that held it then. Null: none.</param>
    public void Restore(ContextKey key, Change? holder)
    {
        expired.Remove(key);
        if (holder?.Item is { } item)
        {
            PutItem(item);
            return;
        }
        if (items.ContainsKey(key))
        {
            TakeItem(key);
        }

        if (holder is not null)
        {
            PutExpired(new(key, holder.Place, holder.Before!));
        }
    }

    public void PutItem(ContextItem item)
    {
        replaced += BytesOfEntries;
        if (items.TryGetValue(item.Key, out var former))
        {
            var formerBytes = former.Bytes;
            bytes -= formerBytes;
            replaced += 2 * formerBytes;
            if (former.ExpiresAt is { } oldDeadline)
            {
                deadlines.Remove(new(oldDeadline, item.Key));
            }
        }
        else
        {
            keys.Add(item.Key);
        }
        if (!item.Readers.Equals(former?.Readers))
        {
            Unlist(former);
            foreach (var audience in Audience.Of(item.Readers))
            {
                List(audience, item.Key);
            }
        }
        items[item.Key] = item;
        bytes += item.Bytes;
        if (item.ExpiresAt is { } deadline)
        {
            deadlines.Add(new(deadline, item.Key));
        }
    }

    public void PutExpired(ExpiredItem item) => expired[item.Key] = item;

    public void PutAgent(AgentRecord record)
    {
        var former = agents.GetValueOrDefault(record.Name);
        foreach (var subscription in former?.Subscriptions ?? [])
        {
            var remaining = subscribers[subscription.Topic].Remove(new(subscription.Since, record.Name));
            if (!remaining.IsEmpty)
            {
                subscribers[subscription.Topic] = remaining;
            }
            else if (subscribers.Remove(subscription.Topic) && !IsCarried(subscription.Topic))
            {
                Topics.Remove(subscription.Topic);
            }
        }
        foreach (var subscription in record.Subscriptions)
        {
            var present = subscribers.GetValueOrDefault(subscription.Topic, []);
            if (present.IsEmpty)
            {
                Topics.Add(subscription.Topic);
            }

            subscribers[subscription.Topic] = present.Add(new(subscription.Since, record.Name));
        }
        if (record.IsEmpty)
        {
            agents.Remove(record.Name);
        }
        else
        {
            agents[record.Name] = record;
        }
    }

    public void PutClaim(ClaimRecord record)
    {
        replaced += BytesOfEntries + (2 * (claims.Find(record.Name)?.Bytes ?? 0));
        claims = claims.With(record);
    }

    /// <summary>
    /// Leaves the claims out, for a past state: no read of the past shows claims, and those of the present are not of then.
    /// </summary>
    public void DropClaims() => claims = ClaimIndex.Empty;

    public MeshState ToState(Position position)
    {
        if (position.Epoch != epoch)
        {
            throw new ArgumentException("A fold stays within one epoch.", nameof(position));
        }

        foreach (var (audience, set) in openAudiences)
        {
            if (set.Count == 0)
            {
                audiences.Remove(audience);
            }
            else
            {
                audiences[audience] = set.ToImmutable();
            }
        }
        openAudiences.Clear();
        return new MeshState
        {
            Position = position,
            OldestRevision = oldestRevision,
            Items = items.ToImmutable(),
            Expired = expired.ToImmutable(),
            Keys = keys.ToImmutable(),
            Audiences = audiences.ToImmutable(),
            Deadlines = deadlines.ToImmutable(),
            Agents = agents.ToImmutable(),
            Subscribers = subscribers.ToImmutable(),
            Listings = listings,
            Bytes = bytes,
            Replaced = replaced,
            Claims = claims,
            Redacted = redacted,
            Topics = openTopics?.ToImmutable() ?? formerTopics,
        };
    }

    private void TakeItem(ContextKey key)
    {
        var item = items[key];
        items.Remove(key);
        keys.Remove(key);
        Unlist(item);
        var itemBytes = item.Bytes;
        bytes -= itemBytes;
        replaced += BytesOfEntries + (2 * itemBytes);
        if (item.ExpiresAt is { } deadline)
        {
            deadlines.Remove(new(deadline, key));
        }
    }

    private void List(Audience audience, ContextKey key)
    {
        var set = Open(audience);
        if (!set.Add(key))
        {
            return;
        }

        listings++;
        if (set.Count == 1 && audience.Kind == AudienceKind.Topic)
        {
            Topics.Add(TopicName.Trusted(audience.Name));
        }
    }

    private void Unlist(ContextItem? item)
    {
        if (item is null)
        {
            return;
        }

        foreach (var audience in Audience.Of(item.Readers))
        {
            var set = Open(audience);
            if (!set.Remove(item.Key))
            {
                continue;
            }

            listings--;
            if (set.Count == 0 && audience.Kind == AudienceKind.Topic && TopicName.Trusted(audience.Name) is var topic &&
                !subscribers.ContainsKey(topic))
            {
                Topics.Remove(topic);
            }
        }
    }

    private bool IsCarried(TopicName topic) =>
        openAudiences.TryGetValue(Audience.Topic(topic), out var open) ? open.Count > 0 : audiences.ContainsKey(Audience.Topic(topic));

    private ImmutableSortedSet<ContextKey>.Builder Open(Audience audience)
    {
        if (!openAudiences.TryGetValue(audience, out var set))
        {
            openAudiences[audience] = set = audiences.GetValueOrDefault(audience, []).ToBuilder();
        }

        return set;
    }
}
