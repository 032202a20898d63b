using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syntha.Storage.Audit;
using Syntha.V1;
using AuditHead = Syntha.Storage.Audit.AuditHead;
using AuditOutcome = Syntha.Storage.Audit.AuditOutcome;

namespace Syntha.Server.Operations;

/// <summary>Translates the audit trail between the contract and the store.</summary>
internal static class AuditForms
{
    // The method of the entry that says which entries retention removed.
    private const string Retention = "Audit/Retain";

    private const int KeyHashBytes = 16;

    public static AuditEvent ToWire(AuditRecord record)
    {
        var entry = record.Entry;
        var answer = new AuditEvent
        {
            Node = record.Chain,
            Sequence = record.Sequence,
            EventTime = Timestamp.FromDateTimeOffset(entry.Time),
            CredentialId = entry.Credential,
            UserId = entry.User,
            Method = entry.Method,
            Outcome = (V1.AuditOutcome)entry.Outcome,
            ChainHash = UnsafeByteOperations.UnsafeWrap(record.Hash),
            HashVersion = AuditHash.Version,
        };
        if (entry.Agent is { } agent)
        {
            answer.Agent = agent;
        }

        if (entry.Method == Retention)
        {
            answer.Retention = new()
            {
                RemovedEntries = entry.Calls,
                LastSequence = entry.Revision,
                LastChainHash = UnsafeByteOperations.UnsafeWrap(entry.KeyHashes),
            };
        }
        else if (entry.Reason.Length > 0 || entry.Outcome != AuditOutcome.Success)
        {
            answer.Refusal = new() { Reason = entry.Reason, Calls = entry.Calls };
        }
        else if (entry.Revision > 0)
        {
            answer.Write = Write(entry);
        }
        else
        {
            answer.Calls = new() { Calls = entry.Calls, Bytes = entry.Bytes };
        }

        return answer;
    }

    private static AuditedWrite Write(AuditEntry entry)
    {
        var write = new AuditedWrite
        {
            Calls = entry.Calls,
            Position = new() { Epoch = entry.Epoch, Revision = entry.Revision },
            Bytes = entry.Bytes,
            Keys = entry.Keys,
        };
        for (var at = 0; at + KeyHashBytes <= entry.KeyHashes.Length; at += KeyHashBytes)
        {
            write.KeyHashes.Add(UnsafeByteOperations.UnsafeWrap(entry.KeyHashes.AsMemory(at, KeyHashBytes)));
        }

        write.Commands.AddRange(entry.Commands.Select(command => new AuditedCommand
        {
            Revision = command.Revision,
            Bytes = command.ValueBytes,
            Keys = command.Keys,
        }));
        return write;
    }

    public static V1.AuditHead ToWire(AuditHead head) =>
        new() { Node = head.Chain, Sequence = head.Sequence, ChainHash = UnsafeByteOperations.UnsafeWrap(head.Hash) };

    /// <exception cref="MeshException">ARGUMENT_INVALID.</exception>
    public static AuditFilter FromWire(ListAuditEventsRequest request)
    {
        var filter = new AuditFilter(
            request.HasUserId ? AdministrationForms.Text(request.UserId, "user_id") : null,
            request.StartTime is { } from ? AdministrationForms.ReadMoment(from, "start_time") : null,
            request.EndTime is { } until ? AdministrationForms.ReadMoment(until, "end_time") : null,
            request.Outcome == V1.AuditOutcome.Unspecified ? null : (AuditOutcome)request.Outcome,
            request.Method.Length == 0 ? null : AdministrationForms.Text(request.Method, "method"));
        if (!System.Enum.IsDefined(request.Outcome))
        {
            throw AdministrationForms.Invalid("outcome", "There is no such outcome.");
        }

        if (filter.From > filter.Until)
        {
            throw AdministrationForms.Invalid("end_time", "It is before `start_time`.");
        }

        if (request.Node.Length > 0 && (filter != new AuditFilter() || request.OldestFirst))
        {
            throw AdministrationForms.Invalid("node", "A node's chain is read as a whole, without another condition.");
        }

        if (request.Node.Length > 0 && request.Node.Contains('\0', StringComparison.Ordinal))
        {
            throw AdministrationForms.Invalid("node", "There is no such node.");
        }

        if ((filter.User + filter.Method).Contains('\0', StringComparison.Ordinal))
        {
            throw AdministrationForms.Invalid(
                filter.User?.Contains('\0', StringComparison.Ordinal) == true ? "user_id" : "method",
                "The text contains U+0000. No entry has such a text.");
        }

        return filter;
    }

    public static string WritePlace(AuditRecord record) =>
        string.Create(CultureInfo.InvariantCulture, $"{record.Entry.Time.UtcTicks} {record.Sequence} {record.Chain}");

    /// <exception cref="MeshException">PAGE_TOKEN_INVALID.</exception>
    public static AuditCursor? ReadPlace(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return text.Split(' ', 3) is [var time, var sequence, var chain]
            && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.Ticks
            && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(new(ticks, TimeSpan.Zero), chain, number)
            : throw new MeshException(
                ErrorReason.PageTokenInvalid, "The page token does not belong to this request; begin again without one.");
    }
}
