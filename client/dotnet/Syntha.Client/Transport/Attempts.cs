using System.Diagnostics;

using Grpc.Core;

namespace Syntha.Client;

/// <summary>
/// The attempts of one call: whether it is made again, and when. The clients of all languages follow one table,
/// <c>docs/clients/agreement.md</c>. For one call.
/// </summary>
internal sealed class Attempts(SynthaClientOptions options, bool isRepeatable)
{
    private readonly long start = Stopwatch.GetTimestamp();
    private Backoff? failed;
    private Backoff? limited;

    /// <param name="failure">How the last attempt failed.</param>
    /// <returns>How long to wait before the next attempt. <see langword="null"/>: there is none.</returns>
    internal TimeSpan? DelayAfter(SynthaException failure)
    {
        TimeSpan delay;
        if (options.MaxAttempts > 1 && failure is { Reason: ErrorReason.RateLimited, RetryAfter: not null })
        {
            // The server has carried out nothing, and has said when to come back. The call's time is the only limit.
            delay = (limited ??= NewBackoff()).Next(failure.RetryAfter);
        }
        else if (isRepeatable && IsWorthAnother(failure))
        {
            delay = (failed ??= NewBackoff()).Next(failure.RetryAfter);
            if (failed.Failures >= options.MaxAttempts)
            {
                return null;
            }
        }
        else
        {
            return null;
        }

        return options.CallTimeout is { } timeout && Stopwatch.GetElapsedTime(start) + delay >= timeout ? null : delay;
    }

    // Without a reason of the server these are the statuses of a connection that broke, also of one that a proxy closed in an orderly way.
    internal static bool IsWorthAnother(SynthaException failure) => failure.StatusCode switch
    {
        StatusCode.Unavailable => true,
        StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unknown => failure.ReasonName is null,
        _ => false,
    };

    private Backoff NewBackoff() => new(options.RetryDelay, options.MaxRetryDelay, options.Jitter);
}
