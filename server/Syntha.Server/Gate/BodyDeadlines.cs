using Microsoft.Extensions.Options;
using Syntha.Server.Admission;

namespace Syntha.Server.Gate;

/// <summary>
/// When messages must have arrived. Calls that begin in the same second share a token, so that no call needs a timer of its own. A stop of
/// the server ends all waits. Thread-safe.
/// </summary>
internal sealed class BodyDeadlines(IOptions<ConnectionOptions> options, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan Shared = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly TimeSpan timeout = options.Value.BodyTimeout;
    private volatile Slot? current;

    /// <summary>A token that fires when a message that begins now must have arrived, or up to a second later.</summary>
    public CancellationToken Next()
    {
        var slot = current;
        if (slot is not null && time.GetElapsedTime(slot.Since) < Shared)
        {
            return slot.Token;
        }

        lock (gate)
        {
            if (current is { } made && time.GetElapsedTime(made.Since) < Shared)
            {
                return made.Token;
            }

            // Nobody disposes it: calls may register with it until it has fired, and then it holds nothing.
            var firing = new CancellationTokenSource(timeout + Shared, time);
            var stop = lifetime.ApplicationStopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), firing);
            // The server runs for long, and must not keep one of these for each second.
            firing.Token.UnsafeRegister(static fired => ((CancellationTokenRegistration)fired!).Unregister(), stop);
            current = new(time.GetTimestamp(), firing.Token);
            return firing.Token;
        }
    }

    private sealed record Slot(long Since, CancellationToken Token);
}
