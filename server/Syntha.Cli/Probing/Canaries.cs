using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Syntha.Cli.Probing;

/// <summary>Texts that nobody can guess, each planted in what one user keeps: where one turns up elsewhere, something leaked. Thread-safe.</summary>
internal sealed class Canaries
{
    private readonly ConcurrentDictionary<string, (string Whose, byte[] Bytes)> planted = new(StringComparer.Ordinal);
    private int sightings;

    /// <summary>How often one was met where it may be: what shows that the others would have been met as well.</summary>
    public int Sightings => Volatile.Read(ref sightings);

    /// <summary>A new one.</summary>
    /// <param name="whose">What it is planted in, as a leak is told.</param>
    public string Plant(string whose)
    {
        var canary = $"canary{RandomNumberGenerator.GetHexString(24, lowercase: true)}";
        planted[canary] = (whose, Encoding.ASCII.GetBytes(canary));
        return canary;
    }

    /// <summary>Searches what somebody was sent.</summary>
    /// <exception cref="LeakException">There is one that is not among those allowed.</exception>
    public void Search(ReadOnlySpan<byte> sent, IReadOnlySet<string> allowed, string answer, string receiver)
    {
        foreach (var (canary, (whose, bytes)) in planted)
        {
            if (sent.IndexOf(bytes) < 0)
            {
                continue;
            }

            if (!allowed.Contains(canary))
            {
                throw new LeakException($"{answer} told {receiver} what is in {whose}");
            }

            Interlocked.Increment(ref sightings);
        }
    }
}
