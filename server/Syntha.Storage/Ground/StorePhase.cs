namespace Syntha.Storage.Ground;

/// <summary>What a store was doing when it failed: the same failure can mean different things.</summary>
internal enum StorePhase
{
    Opening,
    Reading,

    /// <summary>Before the commit: whatever failed, nothing is written.</summary>
    Writing,

    /// <summary>From here on a failure may leave it open whether the commit happened.</summary>
    Committing,
}
