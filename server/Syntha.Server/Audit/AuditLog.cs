using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>
/// The structured log <c>syntha_audit</c>. It has the heads of chains, refusals and calls of operators; on the level Debug it has all
/// entries.
/// </summary>
internal sealed partial class AuditLog(ILoggerFactory loggers)
{
    private readonly ILogger logger = loggers.CreateLogger("syntha_audit");

    public void Write(IReadOnlyList<AuditRecord> records)
    {
        var hasAll = logger.IsEnabled(LogLevel.Debug);
        foreach (var (chain, sequence, entry, _) in records)
        {
            var isNotable = entry.Outcome != AuditOutcome.Success || entry.Method.StartsWith("Administration/", StringComparison.Ordinal);
            if (!isNotable && !hasAll)
            {
                continue;
            }

            LogEntry(
                logger, isNotable ? LogLevel.Information : LogLevel.Debug, chain, sequence, entry.Time, entry.Method, entry.Credential,
                entry.User,
                // A name may be any text. As JSON it cannot end the line or look like another line.
                entry.Agent is { } agent ? JsonEncodedText.Encode(agent).ToString() : null,
                entry.Calls, entry.Bytes, entry.Revision, entry.Outcome, entry.Reason);
        }
    }

    public void Publish(AuditHead head) => LogHead(logger, head.Chain, head.Sequence, Convert.ToHexStringLower(head.Hash));

    /// <summary>The head in a line of the log; null: the line has none.</summary>
    public static AuditHead? FindHead(string line) => Head().Match(line) is { Success: true } found
        ? new(
            found.Groups[1].Value,
            long.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture),
            Convert.FromHexString(found.Groups[3].Value))
        : null;

    [LoggerMessage(EventId = 3501, Message =
        "Audit {Chain} {Sequence}: {Time:O} {Method} credential '{Credential}' user '{User}' agent \"{Agent}\" calls {Calls} " +
        "bytes {Bytes} revision {Revision} {Outcome} {Reason}")]
    private static partial void LogEntry(
        ILogger logger, LogLevel level, string chain, long sequence, DateTimeOffset time, string method, string credential, string user,
        string? agent, long calls, long bytes, long revision, AuditOutcome outcome, string reason);

    [LoggerMessage(3502, LogLevel.Information, "Audit head: chain {Chain} sequence {Sequence} hash {Hash}")]
    private static partial void LogHead(ILogger logger, string chain, long sequence, string hash);

    [GeneratedRegex(@"Audit head: chain (\S+) sequence ([0-9]{1,18}) hash ([0-9a-f]{64})(?:""|\s*$)")]
    private static partial Regex Head();
}
