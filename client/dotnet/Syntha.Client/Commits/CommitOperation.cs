namespace Syntha.Client;

/// <summary>
/// One operation of <see cref="ContextMesh.CommitAsync"/>. Each key, and each agent's topics, may occur in one operation of a commit only.
/// Immutable.
/// </summary>
public sealed class CommitOperation
{
    private readonly Action<V1.Operation> fill;

    private CommitOperation(Action<V1.Operation> fill) => this.fill = fill;

    /// <summary>Adds an item, or replaces it.</summary>
    /// <param name="entry">The item.</param>
    /// <returns>The operation.</returns>
    public static CommitOperation Push(PushEntry entry)
    {
        var item = Requests.Item(entry);
        return new(operation => operation.Push = item.Clone());
    }

    /// <summary>Changes the value of an item that is there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="patch">The change.</param>
    /// <param name="ifRevision">The guard, see <see cref="PatchOptions.IfRevision"/>.</param>
    /// <returns>The operation.</returns>
    public static CommitOperation Patch(string key, ValuePatch patch, long? ifRevision = null)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var made = patch.For(key, ifRevision);
        return new(operation => operation.Patch = made.Clone());
    }

    /// <summary>Removes an item. A key without an item that the caller can read is no error.</summary>
    /// <param name="key">The key.</param>
    /// <param name="ifRevision">The guard, see <see cref="RemoveOptions.IfRevision"/>.</param>
    /// <returns>The operation.</returns>
    public static CommitOperation Remove(string key, long? ifRevision = null)
    {
        var removal = new V1.ItemRemoval { Key = WireText.Checked(key, nameof(key)) };
        if (ifRevision is { } revision)
        {
            removal.IfRevision = revision;
        }

        return new(operation => operation.Remove = removal.Clone());
    }

    /// <summary>Sets the topics that an agent is subscribed to. The owner's alone.</summary>
    /// <param name="agentName">The agent.</param>
    /// <param name="topics">The topics, which replace the former ones.</param>
    /// <returns>The operation.</returns>
    public static CommitOperation SetTopics(string agentName, IReadOnlyList<string> topics)
    {
        var change = new V1.TopicsChange
        {
            Agent = WireText.Checked(agentName, nameof(agentName)),
            Topics = { WireText.Checked(topics, nameof(topics)) },
        };
        return new(operation => operation.Topics = change.Clone());
    }

    /// <summary>Claims a name. When another holds it, the commit is refused. The token is in the commit's result.</summary>
    /// <param name="name">The name.</param>
    /// <param name="lease">How long it is held. <see langword="null"/>: 60 seconds.</param>
    /// <param name="topics">The topics whose subscribers may see the claim. <see langword="null"/>: all agents may.</param>
    /// <returns>The operation.</returns>
    public static CommitOperation Claim(string name, TimeSpan? lease = null, IReadOnlyList<string>? topics = null)
    {
        var claim = new V1.ClaimWrite
        {
            Name = WireText.Checked(name, nameof(name)),
            Lease = WireTime.ToDuration(lease),
            Topics = { WireText.Checked(topics ?? [], nameof(topics)) },
        };
        return new(operation => operation.Claim = claim.Clone());
    }

    /// <summary>Gives back a claim that the caller holds.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The operation.</returns>
    public static CommitOperation Release(ClaimToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var wire = token.ToWire();
        return new(operation => operation.Release = new() { Token = wire.Clone() });
    }

    internal V1.Operation ToWire()
    {
        var operation = new V1.Operation();
        fill(operation);
        return operation;
    }
}
