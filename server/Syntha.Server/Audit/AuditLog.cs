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
    private const string Category = "syntha_audit";
    private const int HeadEvent = 3502;

    private readonly ILogger logger = loggers.CreateLogger(Category);

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
                logger, isNotable ? LogLevel.Information : LogLevel.Debug, chain, sequence, entry.Time, entry.Method,
                Encoded(entry.Credential), entry.User, entry.Agent is { } agent ? Encoded(agent) : null,
                entry.Calls, entry.Bytes, entry.Revision, entry.Outcome, entry.Reason);
        }
    }

    public void Publish(AuditHead head) => LogHead(logger, head.Chain, head.Sequence, Convert.ToHexStringLower(head.Hash));

    /// <summary>
    /// The heads in the lines of a log, as the console's formats write them: simple, in one line or two, systemd or JSON. A line has a head
    /// only if its category is this log's and the message begins with the head. Other lines may have any text in them, also names that
    /// callers chose.
    /// </summary>
    public static IEnumerable<AuditHead> FindHeads(IEnumerable<string> lines)
    {
        var isAnnounced = false;
        foreach (var line in lines)
        {
            if (MessageIn(line, isAnnounced) is { } message && Head().Match(message) is { Success: true } found)
            {
                yield return new(
                    found.Groups[1].Value,
                    long.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture),
                    Convert.FromHexString(found.Groups[3].Value));
            }

            isAnnounced = CategoryLine().IsMatch(line);
        }
    }

    // A message of several lines is indented by the simple format, so only a category stands at the beginning of a line.
    private static string? MessageIn(string line, bool isAnnounced) =>
        isAnnounced && line.StartsWith(' ') ? line
        : line.StartsWith('{') ? MessageInJson(line)
        : OneLine().Match(line) is { Success: true } found ? found.Groups[1].Value
        : null;

    private static string? MessageInJson(string line)
    {
        try
        {
            using var entry = JsonDocument.Parse(line);
            return entry.RootElement.TryGetProperty("Category", out var category) && category.ValueEquals(Category) &&
                entry.RootElement.TryGetProperty("EventId", out var id) && id.TryGetInt32(out var number) && number == HeadEvent &&
                entry.RootElement.TryGetProperty("Message", out var message)
                ? message.GetString()
                : null;
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // A name may be any text, and so may the subject of a token. As JSON it cannot end the line or look like another line.
    private static string Encoded(string text) => JsonEncodedText.Encode(text).ToString();

    [LoggerMessage(EventId = 3501, Message =
        "Audit {Chain} {Sequence}: {Time:O} {Method} credential '{Credential}' user '{User}' agent \"{Agent}\" calls {Calls} " +
        "bytes {Bytes} revision {Revision} {Outcome} {Reason}")]
    private static partial void LogEntry(
        ILogger logger, LogLevel level, string chain, long sequence, DateTimeOffset time, string method, string credential, string user,
        string? agent, long calls, long bytes, long revision, AuditOutcome outcome, string reason);

    [LoggerMessage(HeadEvent, LogLevel.Information, "Audit head: chain {Chain} sequence {Sequence} hash {Hash}")]
    private static partial void LogHead(ILogger logger, string chain, long sequence, string hash);

    [GeneratedRegex(@"^\s*Audit head: chain (\S+) sequence ([0-9]{1,18}) hash ([0-9a-f]{64})\s*$")]
    private static partial Regex Head();

    // Before the category: a time, and the level.
    [GeneratedRegex(@"^(?:[0-9][-0-9TZ:.,+ ]*)?(?:info: |<6>)?syntha_audit\[3502\]:?\s(.*)$")]
    private static partial Regex OneLine();

    [GeneratedRegex(@"^(?:[0-9][-0-9TZ:.,+ ]*)?(?:info: |<6>)?syntha_audit\[3502\]:?\s*$")]
    private static partial Regex CategoryLine();
}
