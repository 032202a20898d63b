using System.Globalization;
using Grpc.Core;

namespace Syntha.Cli.Output;

/// <summary>The progress of a command that works on all users' stores, and its exit code.</summary>
internal static class StoreProgress
{
    /// <param name="answers">The progress, message by message. The last message is the result.</param>
    /// <param name="count">Reads the numbers of a message.</param>
    /// <param name="output">Gets a line for each message.</param>
    /// <param name="errors">Gets a line when users failed.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns><see cref="ExitCodes.Failed"/> when users failed.</returns>
    public static async Task<int> WriteAsync<T>(
        IAsyncStreamReader<T> answers, Func<T, (long Done, long Failed, long Total)> count, TextWriter output, TextWriter errors,
        CancellationToken cancellationToken)
    {
        var (failed, total) = (0L, 0L);
        await foreach (var answer in answers.ReadAllAsync(cancellationToken))
        {
            (var done, failed, total) = count(answer);
            await output.WriteLineAsync(Text(done, failed, total));
        }
        if (failed == 0)
        {
            return ExitCodes.Done;
        }

        await errors.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Not complete: {failed} of {total} users failed. The server's log has the reasons. Repeat the command when they are mended."));
        return ExitCodes.Failed;
    }

    public static string Text(long done, long failed, long total) =>
        string.Create(CultureInfo.InvariantCulture, $"{done} of {total} users, {failed} failed");
}
