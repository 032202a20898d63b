namespace Syntha.Client;

/// <summary>Kinds of changes between .NET and the contract.</summary>
internal static class WireKind
{
    // A kind that this client does not know goes out as it is: the server refuses it.
    internal static V1.ChangeKind Of(ChangeKind kind) => kind switch
    {
        ChangeKind.Created => V1.ChangeKind.Created,
        ChangeKind.Updated => V1.ChangeKind.Updated,
        ChangeKind.Removed => V1.ChangeKind.Removed,
        ChangeKind.Expired => V1.ChangeKind.Expired,
        ChangeKind.EnteredView => V1.ChangeKind.EnteredView,
        ChangeKind.LeftView => V1.ChangeKind.LeftView,
        ChangeKind.AgentChanged => V1.ChangeKind.AgentChanged,
        ChangeKind.Claimed => V1.ChangeKind.Claimed,
        ChangeKind.Renewed => V1.ChangeKind.Renewed,
        ChangeKind.Released => V1.ChangeKind.Released,
        ChangeKind.ClaimExpired => V1.ChangeKind.ClaimExpired,
        ChangeKind.Redacted => V1.ChangeKind.Redacted,
        _ => (V1.ChangeKind)kind,
    };

    internal static ChangeKind From(V1.ChangeKind kind) => kind switch
    {
        V1.ChangeKind.Created => ChangeKind.Created,
        V1.ChangeKind.Updated => ChangeKind.Updated,
        V1.ChangeKind.Removed => ChangeKind.Removed,
        V1.ChangeKind.Expired => ChangeKind.Expired,
        V1.ChangeKind.EnteredView => ChangeKind.EnteredView,
        V1.ChangeKind.LeftView => ChangeKind.LeftView,
        V1.ChangeKind.AgentChanged => ChangeKind.AgentChanged,
        V1.ChangeKind.Claimed => ChangeKind.Claimed,
        V1.ChangeKind.Renewed => ChangeKind.Renewed,
        V1.ChangeKind.Released => ChangeKind.Released,
        V1.ChangeKind.ClaimExpired => ChangeKind.ClaimExpired,
        V1.ChangeKind.Redacted => ChangeKind.Redacted,
        _ => ChangeKind.Unknown,
    };
}
