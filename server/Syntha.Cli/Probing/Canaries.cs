using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Syntha.Cli.Probing;

/// <summary>
/// Texts that cannot be guessed. Each is planted in what one user keeps. A canary in another caller's answer proves a leak. Thread-safe.
/// </summary>
internal sealed class Canaries
{
    private readonly ConcurrentDictionary<string, (string Place, byte[] Bytes)> planted = new(StringComparer.Ordinal);
    private int sightings;

    /// <summary>How often a canary was found where it may be. It shows that the search finds canaries.</summary>
    public int Sightings => Volatile.Read(ref sightings);

    /// <summary>Makes a canary.</summary>
    /// <param name="place">The place that it is planted in, for the report of a leak.</param>
    public string Plant(string place)
    {
        var canary = $"canary{RandomNumberGenerator.GetHexString(24, lowercase: true)}";
        planted[canary] = (place, Encoding.ASCII.GetBytes(canary));
        return canary;
    }

    /// <summary>Searches an answer for canaries.</summary>
    /// <param name="bytes">The answer.</param>
    /// <param name="allowed">The canaries that the receiver may see.</param>
    /// <param name="answer">The answer's name in the report of a leak.</param>
    /// <param name="receiver">The receiver's name in the report of a leak.</param>
    /// <exception cref="LeakException">The answer holds a canary that is not allowed.</exception>
    public void Search(ReadOnlySpan<byte> bytes, IReadOnlySet<string> allowed, string answer, string receiver)
    {
        foreach (var (canary, (place, canaryBytes)) in planted)
        {
            if (bytes.IndexOf(canaryBytes) < 0)
            {
                continue;
            }

            if (!allowed.Contains(canary))
            {
                throw new LeakException($"{answer} told {receiver} what is in {place}");
            }

            Interlocked.Increment(ref sightings);
        }
    }
}
