using Syntha.Server.Audit;
using Syntha.Storage.Audit;
using Syntha.V1;
using AuditHead = Syntha.Storage.Audit.AuditHead;

namespace Syntha.Cli.Auditing;

/// <summary>Reads the whole audit trail from a server, and reports each chain that is not as it was written.</summary>
internal static class TrailVerification
{
    private const int PageSize = 1_000;

    /// <param name="admin">The server.</param>
    /// <param name="logFile">
    /// A file with lines of the log <c>syntha_audit</c>. The chains must contain the heads in it. Null: no such file.
    /// </param>
    /// <param name="output">Gets the result for each chain.</param>
    /// <param name="errors">Gets the reason when nothing could be verified.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Whether each chain is whole.</returns>
    public static async Task<bool> RunAsync(
        Administration.AdministrationClient admin, string? logFile, TextWriter output, TextWriter errors,
        CancellationToken cancellationToken)
    {
        var lines = logFile is null ? [] : await File.ReadAllLinesAsync(logFile, cancellationToken);
        var published = AuditLog.FindHeads(lines).ToList();
        if (logFile is not null && published.Count == 0)
        {
            await errors.WriteLineAsync(
                $"No head was found in {logFile}. A head is a line such as "
                + "'info: syntha_audit[3502] Audit head: chain … sequence … hash …'. Before its category only a time may stand.");
            return false;
        }

        var answer = await admin.ListAuditEventsAsync(new() { PageSize = 1 }, cancellationToken: cancellationToken);
        var heads = published.Concat(answer.Heads.Select(head => new AuditHead(head.Node, head.Sequence, head.ChainHash.ToByteArray())));
        var isWhole = true;
        foreach (var chain in heads.ToLookup(head => head.Chain, StringComparer.Ordinal))
        {
            isWhole &= await IsWholeAsync(admin, chain.Key, [.. chain], output, cancellationToken);
        }

        await output.WriteLineAsync($"Heads from the log: {published.Count}.");
        return isWhole;
    }

    private static async Task<bool> IsWholeAsync(
        Administration.AdministrationClient admin, string chain, AuditHead[] heads, TextWriter output, CancellationToken cancellationToken)
    {
        var verification = new ChainVerification(chain, heads);
        var request = new ListAuditEventsRequest { Node = chain, PageSize = PageSize };
        do
        {
            var page = await admin.ListAuditEventsAsync(request, cancellationToken: cancellationToken);
            foreach (var entry in page.Events)
            {
                if (entry.HashVersion != AuditHash.Version)
                {
                    await output.WriteLineAsync(
                        $"{chain}: entry {entry.Sequence} has a hash of the form {entry.HashVersion}, which this program cannot verify.");
                    return false;
                }
                verification.Add(AuditRecords.FromWire(entry));
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        var faults = verification.Complete();
        foreach (var fault in faults)
        {
            await output.WriteLineAsync($"{chain}: {fault}");
        }

        if (faults.Count == 0)
        {
            await output.WriteLineAsync($"{chain}: {verification.Entries} entries are as they were written");
        }

        return faults.Count == 0;
    }
}
