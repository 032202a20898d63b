using Syntha.Mesh.Outcomes;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Outcomes;

/// <summary>The parameters of the statements on outcomes.</summary>
internal static class OutcomeParameters
{
    /// <param name="agent">The agent that did the task.</param>
    /// <param name="report">How the task went.</param>
    /// <param name="request">The request id and hash. Null: the caller gave none.</param>
    /// <param name="now">The time of the store's clock.</param>
    /// <param name="cipher">Null: the store is not encrypted.</param>
    public static object Insert(AgentName agent, OutcomeReport report, RequestIdentity? request, DateTimeOffset now, StoreCipher? cipher)
    {
        var texts = new OutcomeTexts(cipher, StoredTime.ToMicroseconds(now), agent.Value, report.TaskType);
        return new
        {
            time = StoredTime.ToMicroseconds(now),
            agent = agent.Value,
            taskType = report.TaskType,
            success = report.IsSuccess ? 1 : 0,
            duration = report.Duration?.Ticks / TimeSpan.TicksPerMicrosecond,
            requestId = request?.Id.ToString(),
            requestHash = request is null ? null : RequestHash.Write(request.ContentHash, request.Id, cipher),
            input = texts.Write("input", report.InputJson),
            output = texts.Write("output", report.OutputJson),
            error = texts.Write("error", report.Error),
            metadata = texts.Write("metadata", report.MetadataJson),
        };
    }

    /// <summary>The texts of a stored outcome, encrypted anew.</summary>
    /// <param name="row">The outcome.</param>
    /// <param name="former">Decrypts the present texts. Null: they are plain.</param>
    /// <param name="cipher">Encrypts them under its newest key.</param>
    public static object Texts(OutcomeRow row, StoreCipher? former, StoreCipher cipher)
    {
        var report = row.ToOutcome(former).Report;
        var texts = new OutcomeTexts(cipher, row.Time, row.Agent, row.TaskType);
        return new
        {
            number = row.Number,
            requestHash = RequestHash.Renewed(row.RequestHash, row.RequestId, former, cipher),
            input = texts.Write("input", report.InputJson),
            output = texts.Write("output", report.OutputJson),
            error = texts.Write("error", report.Error),
            metadata = texts.Write("metadata", report.MetadataJson),
        };
    }

    // One more than the page takes, so that it is known whether there is another page.
    public static object List(OutcomeFilter filter, long? before, int maxCount, long maxBytes, DateTimeOffset now) => new
    {
        before = before ?? long.MaxValue,
        count = maxCount + 1,
        maxBytes,
        agent = filter.Agent?.Value,
        taskType = filter.TaskType,
        since = Ago(now, filter.MaxAge),
        until = Ago(now, filter.MinAge),
        success = Flag(filter.IsSuccess),
    };

    public static object Matching(OutcomeFilter filter, DateTimeOffset now) => new
    {
        agent = filter.Agent?.Value,
        taskType = filter.TaskType,
        since = Ago(now, filter.MaxAge),
        until = Ago(now, filter.MinAge),
        success = Flag(filter.IsSuccess),
    };

    public static LoggedOutcome Known(RequestRow? row, RequestIdentity? request, StoreCipher? cipher) => row is null || request is null
        ? throw new FormatException("An outcome was neither written nor there.")
        : new(row.Number, IsReplay: true, RequestHash.Read(row.Hash, request.Id, cipher));

    // An age may reach back before the first day of the calendar. Then it excludes nothing.
    private static long? Ago(DateTimeOffset now, TimeSpan? age) =>
        age is { } span ? StoredTime.ToMicroseconds(now - DateTimeOffset.MinValue > span ? now - span : DateTimeOffset.MinValue) : null;

    private static int? Flag(bool? isSet) => isSet is { } flag ? flag ? 1 : 0 : null;
}
