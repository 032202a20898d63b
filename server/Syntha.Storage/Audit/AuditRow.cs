using Syntha.Storage.Ground;

namespace Syntha.Storage.Audit;

/// <summary>A row of the audit trail, as both engines return it.</summary>
internal sealed class AuditRow
{
    // The order of the columns, for statements that insert rows.
    public const string Columns =
        "chain, sequence, time, outcome, user_id, credential, agent, method, reason, calls, bytes, keys, key_hashes, epoch, revision, " +
        "hash, commands";

    public const string Select =
        """
        SELECT
          chain AS Chain, sequence AS Sequence, time AS Time, outcome AS Outcome, user_id AS UserId, credential AS Credential,
          agent AS Agent, method AS Method, reason AS Reason, calls AS Calls, bytes AS Bytes, keys AS Keys, key_hashes AS KeyHashes,
          epoch AS Epoch, revision AS Revision, hash AS Hash, commands AS Commands
        FROM audit
        """;

    public string Chain { get; init; } = "";

    public long Sequence { get; init; }

    public long Time { get; init; }

    public long Outcome { get; init; }

    public string UserId { get; init; } = "";

    public string Credential { get; init; } = "";

    public string? Agent { get; init; }

    public string Method { get; init; } = "";

    public string Reason { get; init; } = "";

    public long Calls { get; init; }

    public long Bytes { get; init; }

    public long Keys { get; init; }

    public byte[] KeyHashes { get; init; } = [];

    public string Epoch { get; init; } = "";

    public long Revision { get; init; }

    public byte[] Hash { get; init; } = [];

    public byte[] Commands { get; init; } = [];

    public AuditRecord ToRecord() => new(
        Chain,
        Sequence,
        new()
        {
            Time = StoredTime.FromMicroseconds(Time),
            Outcome = (AuditOutcome)Outcome,
            User = UserId,
            Credential = Credential,
            Agent = Agent,
            Method = Method,
            Reason = Reason,
            Calls = Calls,
            Bytes = Bytes,
            Keys = Keys,
            KeyHashes = KeyHashes,
            Epoch = Epoch,
            Revision = Revision,
            Commands = CommandBytes.Read(Commands),
        },
        Hash);
}
