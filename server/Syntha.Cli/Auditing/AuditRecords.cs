using Syntha.Mesh.Stores;
using Syntha.Storage.Audit;
using Syntha.V1;
using AuditOutcome = Syntha.Storage.Audit.AuditOutcome;

namespace Syntha.Cli.Auditing;

/// <summary>Translates an event of the contract back into the record of which its hash was made.</summary>
internal static class AuditRecords
{
    public static AuditRecord FromWire(AuditEvent entry) => new(
        entry.Node,
        entry.Sequence,
        Tell(entry, new()
        {
            Time = entry.EventTime.ToDateTimeOffset(),
            Method = entry.Method,
            Outcome = (AuditOutcome)entry.Outcome,
            User = entry.UserId,
            Credential = entry.CredentialId,
            Agent = entry.HasAgent ? entry.Agent : null,
        }),
        entry.ChainHash.ToByteArray());

    private static AuditEntry Tell(AuditEvent entry, AuditEntry record) => entry.WhatCase switch
    {
        AuditEvent.WhatOneofCase.Write => record with
        {
            Calls = entry.Write.Calls,
            Bytes = entry.Write.Bytes,
            Keys = entry.Write.Keys,
            KeyHashes = [.. entry.Write.KeyHashes.SelectMany(hash => hash)],
            Epoch = entry.Write.Position.Epoch,
            Revision = entry.Write.Position.Revision,
            Commands = [.. entry.Write.Commands.Select(command => new LoggedCommand(command.Revision, command.Bytes, command.Keys))],
        },
        AuditEvent.WhatOneofCase.Calls => record with { Calls = entry.Calls.Calls, Bytes = entry.Calls.Bytes },
        AuditEvent.WhatOneofCase.Refusal => record with { Reason = entry.Refusal.Reason, Calls = entry.Refusal.Calls },
        AuditEvent.WhatOneofCase.Retention => record with
        {
            Calls = entry.Retention.RemovedEntries,
            Revision = entry.Retention.LastSequence,
            KeyHashes = entry.Retention.LastChainHash.ToByteArray(),
        },
        _ => record,
    };
}
