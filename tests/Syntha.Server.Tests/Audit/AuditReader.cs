namespace Syntha.Server.Tests.Audit;

/// <summary>Reads the trail as an operator does.</summary>
internal static class AuditReader
{
    // Not to be waited for by a test that will fail.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>All entries that fit, page by page, the oldest first; of one that stands for several writes, one for each of them.</summary>
    public static async Task<List<AuditEvent>> AllAsync(
        Administration.AdministrationClient admin, string? user = null, string method = "", AuditOutcome outcome = AuditOutcome.Unspecified)
    {
        var request = new ListAuditEventsRequest { Method = method, Outcome = outcome, OldestFirst = true, PageSize = 1_000 };
        if (user is not null)
        {
            request.UserId = user;
        }

        var entries = new List<AuditEvent>();
        do
        {
            var page = await admin.ListAuditEventsAsync(request);
            // To read the trail is an entry about the user as well.
            entries.AddRange(page.Events.Where(entry => entry.Method != "Administration/ListAuditEvents").SelectMany(Each));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return entries;
    }

    private static IEnumerable<AuditEvent> Each(AuditEvent entry)
    {
        if (entry.Commands.Count == 0)
        {
            return [entry];
        }

        Assert.Equal(
            (entry.Commands.Count, entry.Commands.Sum(command => command.Bytes), entry.Commands.Sum(command => command.Keys), entry.Commands[^1].Revision),
            (entry.Calls, entry.Bytes, entry.Keys, entry.Revision));
        var hashes = entry.KeyHash.Memory;
        return entry.Commands.Select(command =>
        {
            var size = (int)command.Keys * 16;
            var write = new AuditEvent(entry)
            {
                Calls = 1,
                Bytes = command.Bytes,
                Keys = command.Keys,
                Revision = command.Revision,
                KeyHash = Google.Protobuf.ByteString.CopyFrom(hashes.Span[..size]),
            };
            hashes = hashes[size..];
            return write;
        });
    }

    /// <summary>The same, again and again until they are as expected: entries come within moments, and nothing says when.</summary>
    public static async Task<List<AuditEvent>> UntilAsync(
        Administration.AdministrationClient admin, Func<List<AuditEvent>, bool> isExpected, string? user = null, string method = "",
        AuditOutcome outcome = AuditOutcome.Unspecified)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ;)
        {
            var entries = await AllAsync(admin, user, method, outcome);
            if (isExpected(entries))
            {
                return entries;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"These entries alone came:\n{string.Join('\n', entries)}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
