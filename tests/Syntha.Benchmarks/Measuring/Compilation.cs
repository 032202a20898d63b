using System.Runtime;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Measuring;

/// <summary>
/// Tells whether servers and this program still compile methods. .NET compiles a method quickly at first, and better after many calls, in
/// the background and in steps. Until that is over, a figure is one of a server that has just started. Not thread-safe.
/// </summary>
/// <param name="servers">The servers that take part. A server that is no program of .NET compiles nothing.</param>
internal sealed class Compilation(params IEnumerable<ServerProcess?> servers)
{
    /// <summary>The most rounds that are thrown away because methods are compiled.</summary>
    public const int MostRounds = 30;

    // The server's log of compiled methods comes in pieces of some thirty lines, and work in the background brings a new method now and
    // then. A server that has just started compiles hundreds in each round.
    private const int Few = 40;

    // The compiler rests between its steps, and waits while the calls take all processors.
    private const int QuietRounds = 2;

    private readonly List<ServerProcess> servers = [.. servers.OfType<ServerProcess>().Distinct()];
    private long compiled;
    private int rounds;
    private int quiet;

    /// <summary>To be asked after each round. True: the round counts, because compiled code has made it.</summary>
    public bool IsOver()
    {
        if (quiet >= QuietRounds || ++rounds > MostRounds)
        {
            return true;
        }

        var now = JitInfo.GetCompiledMethodCount() + servers.Sum(server => (long)server.CompiledMethods());
        quiet = now - compiled <= Few ? quiet + 1 : 0;
        compiled = now;
        return quiet >= QuietRounds;
    }
}
