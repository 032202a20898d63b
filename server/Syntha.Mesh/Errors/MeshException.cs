using System.Globalization;

namespace Syntha.Mesh.Errors;

/// <summary>
/// A call that is refused or cannot be served. Its message and metadata may reach the caller. So they say nothing that the caller may not
/// know, and nothing about the inside of the server. The cause stays in <see cref="Exception.InnerException"/>, for the log. The room
/// Errors holds what every room throws; it uses no other room.
/// </summary>
public sealed class MeshException(ErrorReason reason, string message, Exception? cause = null) : Exception(message, cause)
{
    public ErrorReason Reason { get; } = reason;

    /// <summary>The values of the message, for programs: limits, actual sizes, positions.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>The field of the request that is at fault, by its name in the contract. Null: no single field is.</summary>
    public string? Field { get; init; }

    /// <summary>How long to wait before the call is repeated. Null: a repeat makes no sense.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static MeshException OverLimit(ErrorReason reason, string what, long limit, long actual, string unit) =>
        new(reason, string.Create(CultureInfo.InvariantCulture, $"{what}: {actual} {unit}; at most {limit} are allowed."))
        {
            Metadata =
            {
                ["limit"] = limit.ToString(CultureInfo.InvariantCulture),
                ["actual"] = actual.ToString(CultureInfo.InvariantCulture),
            },
        };

    /// <summary>The same refusal, with the field of the request that it is about.</summary>
    public MeshException In(string field) => With(field, RetryAfter);

    /// <summary>The same refusal, with the time after which the call may be repeated.</summary>
    public MeshException After(TimeSpan retry) => With(Field, retry);

    private MeshException With(string? field, TimeSpan? retryAfter)
    {
        var other = new MeshException(Reason, Message, InnerException) { Field = field, RetryAfter = retryAfter };
        foreach (var (name, value) in Metadata)
        {
            other.Metadata[name] = value;
        }

        return other;
    }
}
