namespace Syntha.Server.Tests.Audit;

/// <summary>Reads the trail as an operator does.</summary>
internal static class AuditReader
{
    // A time limit, so that a test that fails does not wait for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>
    /// All entries that fit, page by page, the oldest first. An entry that stands for several writes is returned once for each write.
    /// </summary>
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
            // Reading the trail adds an entry about the user as well.
            entries.AddRange(page.Events.Where(entry => entry.Method != "Administration/ListAuditEvents").SelectMany(Each));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return entries;
    }

    private static IEnumerable<AuditEvent> Each(AuditEvent entry)
    {
        if (entry.Write is not { Commands: { Count: > 0 } commands } write)
        {
            return [entry];
        }

        Assert.Equal(
            (commands.Count, commands.Sum(command => command.Bytes), commands.Sum(command => command.Keys), commands[^1].Revision),
            (write.Calls, write.Bytes, write.Keys, write.Position.Revision));
        var seen = 0;
        return commands.Select(command =>
        {
            var single = new AuditEvent(entry)
            {
                Write = new()
                {
                    Calls = 1,
                    Position = new() { Epoch = write.Position.Epoch, Revision = command.Revision },
                    Bytes = command.Bytes,
                    Keys = command.Keys,
                    KeyHashes = { write.KeyHashes.Skip(seen).Take((int)command.Keys) },
                },
            };
            seen += (int)command.Keys;
            return single;
        });
    }

    /// <summary>
    /// Reads the entries again and again until they are as expected. Entries come within moments, and no event says when.
    /// </summary>
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
