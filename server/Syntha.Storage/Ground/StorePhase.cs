namespace Syntha.Storage.Ground;

/// <summary>What a store was doing when it failed. The same failure means different things in different phases.</summary>
internal enum StorePhase
{
    Opening,
    Reading,

    /// <summary>Before the commit: after any failure, nothing is written.</summary>
    Writing,

    /// <summary>From here on, a failure may leave it unknown whether the commit happened.</summary>
    Committing,
}
