using System.Globalization;

namespace Syntha.Mesh.Errors;

/// <summary>
/// A call that is refused or that cannot be served. Its message and metadata may reach the caller, so they state nothing that the caller
/// may not know and nothing of the inside; the cause stays in <see cref="Exception.InnerException"/> for the log.
/// </summary>
public sealed class MeshException(ErrorReason reason, string message, Exception? cause = null) : Exception(message, cause)
{
    public ErrorReason Reason { get; } = reason;

    /// <summary>What the message states, for programs: limits, actual sizes, positions.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>The field of the request that is at fault, in the contract's names; null where no single field is.</summary>
    public string? Field { get; init; }

    /// <summary>How long to wait before trying again, where trying again makes sense.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static MeshException OverLimit(ErrorReason reason, string what, long limit, long actual, string unit) =>
        new(reason, string.Create(CultureInfo.InvariantCulture, $"{what}: {actual} {unit}, where at most {limit} are allowed."))
        {
            Metadata =
            {
                ["limit"] = limit.ToString(CultureInfo.InvariantCulture),
                ["actual"] = actual.ToString(CultureInfo.InvariantCulture),
            },
        };

    /// <summary>The same refusal, said of a field of the request.</summary>
    public MeshException In(string field)
    {
        var located = new MeshException(Reason, Message, InnerException) { Field = field, RetryAfter = RetryAfter };
        foreach (var (name, value) in Metadata)
        {
            located.Metadata[name] = value;
        }

        return located;
    }
}
