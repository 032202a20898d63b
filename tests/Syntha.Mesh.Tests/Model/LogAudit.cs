namespace Syntha.Mesh.Tests.Model;

/// <summary>Reads a log from its beginning and checks that each row fits those before it.</summary>
internal static class LogAudit
{
    public static void Verify(MemoryStore store)
    {
        Assert.Null(store.Violation);
        var holders = new Dictionary<string, Change>();
        var time = DateTimeOffset.MinValue;
        long revision = 0;
        foreach (var command in store.Log)
        {
            Assert.Equal(++revision, command.Revision);
            Assert.NotEmpty(command.Changes);
            Assert.Equal(
                Enumerable.Range(0, command.Changes.Length).Select(index => new ChangePlace(revision, index)),
                command.Changes.Select(change => change.Place));
            Assert.All(command.Changes, change => Assert.Equal(command.Changes[0].Time, change.Time));
            Assert.True(command.Changes[0].Time >= time, "The times of the log run backwards.");
            time = command.Changes[0].Time;
            foreach (var change in command.Changes.Where(change => change.Kind != ChangeKind.AgentChanged && change.Claim is null))
            {
                Follow(change, holders);
            }
        }
        HoldersAreWhatReplacesImplies(store, holders);
    }

    private static void Follow(Change change, Dictionary<string, Change> holders)
    {
        var former = holders.GetValueOrDefault(change.Subject);
        Assert.Equal(former?.Place, change.Replaces);
        switch (change.Kind)
        {
            case ChangeKind.Created:
                Assert.True(former is null or { Kind: ChangeKind.Expired }, $"{change} over {former}");
                Assert.Null(change.Before);
                break;
            case ChangeKind.Updated or ChangeKind.Removed:
                Assert.Equal(former?.Item?.Readers ?? throw Unfit(change, former), change.Before);
                break;
            case ChangeKind.Expired:
                Assert.Equal(former?.Item?.Readers ?? throw Unfit(change, former), change.Before);
                Assert.True(former.Item.ExpiresAt <= change.Time, "An item expired before its time.");
                Assert.Null(change.Actor);
                break;
            case ChangeKind.Purged:
                Assert.Equal(former is { Kind: ChangeKind.Expired } ? former.Before : throw Unfit(change, former), change.Before);
                break;
        }
        Assert.Equal(change.Kind is ChangeKind.Created or ChangeKind.Updated, change.Item is not null);
        if (change.Item is { } item)
        {
            Assert.Equal((change.Subject, change.Place, change.Time), (item.Key.Value, item.Place, item.UpdatedAt));
        }

        if (change.HoldsSubject)
        {
            holders[change.Subject] = change;
        }
        else
        {
            holders.Remove(change.Subject);
        }
    }

    // Trimming keeps only the rows that hold a subject. So the place that a row replaces must be complete.
    private static void HoldersAreWhatReplacesImplies(MemoryStore store, Dictionary<string, Change> holders)
    {
        var implied = store.Changes.Where(change => change.HoldsSubject).Select(change => change.Place).ToHashSet();
        foreach (var change in store.Changes.Where(change => change.Replaces is not null))
        {
            Assert.True(implied.Remove(change.Replaces!.Value), $"{change} replaces a row that holds nothing.");
        }

        var stored = store.Read();
        Assert.Equal(holders.Values.Select(change => change.Place).Order(), implied.Order());
        Assert.Equal(stored.Items.Select(item => item.Place).Concat(stored.Expired.Select(item => item.Place)).Order(), implied.Order());
    }

    private static InvalidOperationException Unfit(Change change, Change? former) => new($"{change} does not fit {former}.");
}
