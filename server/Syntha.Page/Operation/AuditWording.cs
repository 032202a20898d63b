using Google.Protobuf;
using Syntha.Page.Parts;

namespace Syntha.Page.Operation;

/// <summary>What is said of entries of the audit trail.</summary>
internal static class AuditWording
{
    public static string Of(AuditOutcome outcome) => outcome switch
    {
        AuditOutcome.Success => "success",
        AuditOutcome.Denied => "denied",
        AuditOutcome.Failed => "failed",
        _ => outcome.ToString(),
    };

    /// <summary>What an entry tells.</summary>
    public static string What(AuditEvent entry) => entry.WhatCase switch
    {
        AuditEvent.WhatOneofCase.Write =>
            $"wrote {Count(entry.Write.Keys, "key")}, {Wording.Bytes(entry.Write.Bytes)}, revision " +
            $"{Wording.Number(entry.Write.Position?.Revision ?? 0)}{Calls(entry.Write.Calls)}",
        AuditEvent.WhatOneofCase.Calls => (entry.Calls.Calls == 0 ? "goes on" : Count(entry.Calls.Calls, "call")) +
            (entry.Calls.Bytes > 0 ? $", {Wording.Bytes(entry.Calls.Bytes)} answered" : ""),
        AuditEvent.WhatOneofCase.Refusal =>
            $"{(entry.Refusal.Reason.Length > 0 ? entry.Refusal.Reason : "no reason told")}{Calls(entry.Refusal.Calls)}",
        AuditEvent.WhatOneofCase.Retention =>
            $"removed {Count(entry.Retention.RemovedEntries, "old entry", "old entries")}, up to number " +
            Wording.Number(entry.Retention.LastSequence),
        _ => "",
    };

    /// <summary>Who acted.</summary>
    public static string Who(AuditEvent entry) =>
        entry.HasAgent ? $"agent {Wording.Name(entry.Agent)}"
        : entry.Method.StartsWith("Administration/", StringComparison.Ordinal) ? "operator"
        : entry.Method.StartsWith("Server/", StringComparison.Ordinal) ? "server"
        : entry.Method.StartsWith("Audit/", StringComparison.Ordinal) ? "server"
        : "owner";

    /// <summary>The beginning of a hash.</summary>
    public static string Hash(ByteString hash) =>
        Convert.ToHexStringLower(hash.Span) is { Length: > 16 } text ? $"{text[..16]}…" : "";

    /// <summary>A number and what it counts.</summary>
    public static string Count(long count, string one, string? many = null) =>
        $"{Wording.Number(count)} {(count == 1 ? one : many ?? one + "s")}";

    private static string Calls(long calls) => calls > 1 ? $", in {Count(calls, "call")}" : "";
}
