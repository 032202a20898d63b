namespace Syntha.Storage.Audit;

/// <summary>One entry of the audit trail. The contract explains its parts at <c>AuditEvent</c>. Immutable.</summary>
public sealed record AuditEntry
{
    public required DateTimeOffset Time { get; init; }

    public required string Method { get; init; }

    public AuditOutcome Outcome { get; init; } = AuditOutcome.Success;

    /// <summary>Empty: the entry is about no user.</summary>
    public string User { get; init; } = "";

    /// <summary>Empty: the caller had no credential.</summary>
    public string Credential { get; init; } = "";

    /// <summary>Null: the owner, an operator, or the server itself acted.</summary>
    public string? Agent { get; init; }

    /// <summary>Empty: the call succeeded.</summary>
    public string Reason { get; init; } = "";

    public long Calls { get; init; } = 1;

    public long Bytes { get; init; }

    public long Keys { get; init; }

    public byte[] KeyHashes { get; init; } = [];

    public string Epoch { get; init; } = "";

    public long Revision { get; init; }

    /// <summary>Each command, if the entry stands for several. Else empty.</summary>
    public IReadOnlyList<LoggedCommand> Commands { get; init; } = [];
}
