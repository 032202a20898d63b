using Syntha.Mesh.Outcomes;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;

namespace Syntha.Storage.Outcomes;

/// <summary>An outcome's row, as both engines return it.</summary>
internal sealed class OutcomeRow
{
    public long Number { get; init; }

    public long Time { get; init; }

    public string Agent { get; init; } = "";

    public string TaskType { get; init; } = "";

    public long Success { get; init; }

    public long? Duration { get; init; }

    public string? RequestId { get; init; }

    public string? RequestHash { get; init; }

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? Error { get; init; }

    public string? Metadata { get; init; }

    /// <summary>How many rows were chosen for a page, with one more than it may have. Only lists tell it.</summary>
    public long Chosen { get; init; }

    public static OutcomePage Page(IReadOnlyList<OutcomeRow> rows, int maxCount, StoreCipher? cipher)
    {
        var count = Math.Min(rows.Count, maxCount);
        return new([.. rows.Take(count).Select(row => row.ToOutcome(cipher))], HasMore: rows.Count > 0 && rows[0].Chosen > count);
    }

    /// <exception cref="FormatException">A text cannot be decrypted.</exception>
    public Outcome ToOutcome(StoreCipher? cipher)
    {
        var texts = new OutcomeTexts(cipher, Time, Agent, TaskType);
        return new(Number, AgentName.Trusted(Agent), StoredTime.FromMicroseconds(Time), new(TaskType)
        {
            IsSuccess = Success != 0,
            Duration = Duration is { } microseconds ? TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond) : null,
            InputJson = texts.Read("input", Input),
            OutputJson = texts.Read("output", Output),
            Error = texts.Read("error", Error),
            MetadataJson = texts.Read("metadata", Metadata),
        });
    }
}

/// <summary>The sums of outcomes, as both engines return them.</summary>
internal sealed class TallyRow
{
    public string Agent { get; init; } = "";

    public string TaskType { get; init; } = "";

    public long Total { get; init; }

    public long Succeeded { get; init; }

    public long Timed { get; init; }

    public double Microseconds { get; init; }

    public OutcomeTally ToTally() => new(Agent, TaskType, Total, Succeeded, Timed, Microseconds / 1_000_000);
}

/// <summary>The request of a stored outcome.</summary>
internal sealed class RequestRow
{
    public long Number { get; init; }

    public string? Hash { get; init; }
}
