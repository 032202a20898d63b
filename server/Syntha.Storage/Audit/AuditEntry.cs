namespace Syntha.Storage.Audit;

/// <summary>One entry of the audit trail. What its parts mean is said at <c>AuditEvent</c> in the contract. Immutable.</summary>
public sealed record AuditEntry
{
    public required DateTimeOffset Time { get; init; }

    public required string Method { get; init; }

    public AuditOutcome Outcome { get; init; } = AuditOutcome.Success;

    /// <summary>Empty: it is about no user.</summary>
    public string User { get; init; } = "";

    /// <summary>Empty: there was none.</summary>
    public string Credential { get; init; } = "";

    /// <summary>Null: the owner, an operator, or the server itself.</summary>
    public string? Agent { get; init; }

    /// <summary>Empty: it was done.</summary>
    public string Reason { get; init; } = "";

    public long Calls { get; init; } = 1;

    public long Bytes { get; init; }

    public long Keys { get; init; }

    public byte[] KeyHashes { get; init; } = [];

    public string Epoch { get; init; } = "";

    public long Revision { get; init; }

    /// <summary>Where the entry stands for several commands, each of them; else empty.</summary>
    public IReadOnlyList<LoggedCommand> Commands { get; init; } = [];
}
