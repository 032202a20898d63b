using Syntha.Server.Audit;
using Syntha.Server.Operations;
using Syntha.V1;
using AuditHead = Syntha.Storage.Audit.AuditHead;

namespace Syntha.Cli.Auditing;

/// <summary>Reads the whole audit trail from a server, and reports every chain that is not as it was written.</summary>
internal static class TrailVerification
{
    private const int PageSize = 1_000;

    /// <param name="admin">The server.</param>
    /// <param name="lines">Lines of the log <c>syntha_audit</c>. The chains must contain the heads in them.</param>
    /// <param name="output">Where the result of each chain is written.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether every chain is whole.</returns>
    public static async Task<bool> RunAsync(
        Administration.AdministrationClient admin, IEnumerable<string> lines, TextWriter output, CancellationToken cancellationToken)
    {
        var answer = await admin.ListAuditEventsAsync(new() { PageSize = 1 }, cancellationToken: cancellationToken);
        var published = lines.Select(AuditLog.FindHead).OfType<AuditHead>().ToList();
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
                verification.Add(AuditForms.FromWire(entry));
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
