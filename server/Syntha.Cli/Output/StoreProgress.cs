using System.CommandLine;
using System.Globalization;
using Grpc.Core;

namespace Syntha.Cli.Output;

/// <summary>What a command that goes through all users' stores tells, and its exit code: that some of them failed is no success.</summary>
internal static class StoreProgress
{
    private const int Incomplete = 1;

    /// <param name="answers">How far it has got, message by message; the last one is the result.</param>
    /// <param name="count">What a message tells.</param>
    /// <param name="parsed">Where it is told.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> TellAsync<T>(
        IAsyncStreamReader<T> answers, Func<T, (long Done, long Failed, long Total)> count, ParseResult parsed, CancellationToken cancellationToken)
    {
        var (failed, total) = (0L, 0L);
        await foreach (var answer in answers.ReadAllAsync(cancellationToken))
        {
            (var done, failed, total) = count(answer);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"{done} of {total} users, {failed} failed"));
        }
        if (failed == 0)
        {
            return 0;
        }

        await parsed.InvocationConfiguration.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Not complete: {failed} of {total} users failed. The server's log says why; call it again when that is mended."));
        return Incomplete;
    }
}
