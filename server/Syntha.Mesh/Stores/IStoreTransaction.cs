namespace Syntha.Mesh.Stores;

/// <summary>A turn to write in one user's store.</summary>
public interface IStoreTransaction
{
    /// <summary>The store's clock at the beginning of the turn: the moment from which times to live count.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Finds which of these request ids are in the log, with the revision of their commands, not older than 24 hours.</summary>
    ValueTask<IReadOnlyDictionary<Guid, KnownRequest>> FindRequestsAsync(IReadOnlyCollection<Guid> ids);

    /// <summary>Writes the commands, all or none, and returns when they are durable. Once per turn.</summary>
    ValueTask CommitAsync(IReadOnlyList<CommittedCommand> commands);
}
