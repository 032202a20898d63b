namespace Syntha.Server.Tests.Streams;

/// <summary>A bug that systems of this kind have shipped, as a patch of this repo's code, with the tests that must see it.</summary>
/// <param name="Name">The bug in words.</param>
/// <param name="File">The source file that the patch changes.</param>
/// <param name="Patches">Texts and their replacements. Each text must be there, or the code has changed and the patch has not.</param>
/// <param name="Tests">The tests that must fail, all of them.</param>
public sealed record PlantedBug(string Name, string File, (string Right, string Wrong)[] Patches, string[] Tests)
{
    private const string Feed = "server/Syntha.Mesh/Following/MeshFeed.cs";
    private const string View = "server/Syntha.Mesh/Following/FeedView.cs";

    public static PlantedBug[] All { get; } =
    [
        new("Progress is taken from the head", Feed,
            [("Through = Through with { Revision = through };", "Through = mesh.View(agent).Position;")],
            [nameof(SlowReaderTests) + "." + nameof(SlowReaderTests.Reader_ThatStopsReading_HoldsUpNobodyAndLosesNothing)]),
        new("What no longer fits into the queue is dropped", Feed,
            [("if (changes.IsEmpty)",
                "if (mesh.FindRecent(through + 1) is null)\n            {\n                Through = current.Position;\n"
                    + "                return page;\n            }\n            if (changes.IsEmpty)")],
            [nameof(SlowReaderTests) + "." + nameof(SlowReaderTests.Reader_ThatStopsReading_HoldsUpNobodyAndLosesNothing)]),
        new("A resume begins one too late", Feed,
            [("Through = after ?? now.Position;",
                "Through = after is { } seen ? seen with { Revision = Math.Min(seen.Revision + 1, now.Position.Revision) }"
                    + " : now.Position;")],
            [nameof(ResumeTests) + "." + nameof(ResumeTests.Resume_AfterEachPosition_GoesOnWithTheNextRevision)]),
        new("A resume begins one too early", Feed,
            [("Through = after ?? now.Position;",
                "Through = after is { } seen ? seen with { Revision = Math.Max(seen.Revision - 1, 0) } : now.Position;")],
            [nameof(ResumeTests) + "." + nameof(ResumeTests.Resume_AfterEachPosition_GoesOnWithTheNextRevision)]),
        new("The filter is applied before the cursor moves", "server/Syntha.Server/Streams/FeedStreams.cs",
            [
                ("var messages = new FeedMessages(", "var told = feed.Through;\n        var messages = new FeedMessages("),
                ("var page = await feed.ReadAsync(stopping);",
                    "var page = await feed.ReadAsync(stopping);\n            told = page is { Count: > 0 } ? feed.Through : told;"),
                ("Progress = new() { Through = ToWire.Position(feed.Through) }", "Progress = new() { Through = ToWire.Position(told) }"),
            ],
            [nameof(SubscribeTests) + "." + nameof(SubscribeTests.Subscribe_NothingHappens_TellsProgressAtEachHeartbeat)]),
        new("The snapshot is read before the subscription begins", Feed,
            [("        while (after is not null);", "        while (after is not null);\n        Through = mesh.View(agent).Position;")],
            [nameof(SubscribeTests) + "." + nameof(SubscribeTests.Subscribe_WithASnapshotWhileOthersPush_MissesNothing)]),
        new("LEFT_VIEW is omitted", View,
            [("(true, false) => FeedKind.LeftView,", "(true, false) => null,")],
            [nameof(SubscribeTests) + "." + nameof(SubscribeTests.Subscribe_ByAnAgent_TellsWhatEntersAndLeavesItsView)]),
        new("What the agent has lost is still told from before", Feed,
            [("view = view.With(current.Record);", "_ = view.With(current.Record);")],
            [nameof(SubscriptionChangeTests) + "."
                + nameof(SubscriptionChangeTests.Subscribe_OwnTopicsChangeWhileItLags_TellsNothingOfWhatItLost)]),
        new("The log is trimmed without moving its oldest revision", "server/Syntha.Storage/Sqlite/Rows/CommitStatements.cs",
            [("UPDATE head SET oldest_revision = @oldest, ", "UPDATE head SET oldest_revision = @former + 0 * @oldest, ")],
            [nameof(ResumeTests) + "." + nameof(ResumeTests.Resume_BelowATrimmedLog_IsRefusedWithOldestAndHead)]),
        new("A snapshot goes on telling what its reader has lost", Feed,
            [("if (mesh.Fault is not null || !ReferenceEquals(mesh.View(agent).Record, record) ||", "if (mesh.Fault is not null ||")],
            [nameof(SubscriptionChangeTests) + "."
                + nameof(SubscriptionChangeTests.Subscribe_SubscriptionLostDuringASnapshot_TellsNothingMoreOfIt)]),
        new("A resume registers again", "server/Syntha.Server/Services/ToolHandlerService.cs",
            [("feed.After is null && !request.SkipRegistration && ", "")],
            [nameof(SubscriptionChangeTests) + "." + nameof(SubscriptionChangeTests.SubscribeToTopics_Resumed_RegistersNothing)]),
    ];

    public override string ToString() => Name;
}
