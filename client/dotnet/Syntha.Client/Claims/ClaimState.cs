namespace Syntha.Client;

/// <summary>A claim as one caller sees it. Immutable.</summary>
public sealed record ClaimState
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Who holds it. <see langword="null"/>: it is free.</summary>
    public ClaimParty? Holder { get; init; }

    /// <summary>The token. Told to the holder and to the owner of the mesh alone; otherwise <see langword="null"/>.</summary>
    public ClaimToken? Token { get; init; }

    /// <summary>The moment from which it is no longer held, by the store's clock. <see langword="null"/>: it is free.</summary>
    public DateTimeOffset? ExpireTime { get; init; }

    /// <summary>Those who wait for it, in the order of their arrival.</summary>
    public IReadOnlyList<ClaimParty> Waiting { get; init; } = [];

    /// <summary>How long it is held after it was given or renewed. <see langword="null"/>: it is free.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>The topics that it was claimed with.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>The agents named as readers.</summary>
    public IReadOnlyList<string> Subscribers { get; init; } = [];

    internal static ClaimState From(V1.Claim wire) => new()
    {
        Name = wire.Name,
        Holder = wire.Holder is null ? null : ClaimParty.From(wire.Holder),
        Token = wire.Token is null ? null : ClaimToken.From(wire.Token),
        ExpireTime = wire.ExpireTime is null ? null : WireTime.ToDateTimeOffset(wire.ExpireTime),
        Waiting = [.. wire.Waiting.Select(ClaimParty.From)],
        Lease = wire.Lease?.ToTimeSpan(),
        Topics = [.. wire.Topics],
        Subscribers = [.. wire.Subscribers],
    };
}
