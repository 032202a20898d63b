using Google.Protobuf.WellKnownTypes;

namespace Syntha.Server.Tests.Services;

/// <summary>The outcomes of agents' tasks are logged, listed, summed up and cleared for one user only.</summary>
public sealed class OutcomeTests(SharedServer server)
{
    [Fact]
    public async Task LogOutcome_ByOwnerAndAgent_IsListedTheNewestFirst()
    {
        var alice = server.NewUser();
        var report = new OutcomeReport
        {
            TaskType = "plan",
            Success = true,
            Duration = Duration.FromTimeSpan(TimeSpan.FromSeconds(1.5)),
            InputJson = """{"a": 1}""",
            OutputJson = "[1]",
            Error = "none",
            MetadataJson = "{}",
        };
        var first = await alice.Mesh.LogOutcomeAsync(new() { Agent = "one", Report = report });
        var second = await alice.Tools.LogOutcomeAsync(new() { Agent = "two", Report = new() { TaskType = "act" } });
        var list = await alice.Mesh.ListOutcomesAsync(new());

        Assert.Equal([(second.Number, "two"), (first.Number, "one")], list.Outcomes.Select(outcome => (outcome.Number, outcome.Agent)));
        Assert.Equal(report, list.Outcomes[1].Report);
        Assert.Equal(new() { TaskType = "act" }, list.Outcomes[0].Report);
        Assert.InRange(
            list.Outcomes[0].LogTime.ToDateTimeOffset(), TimeProvider.System.GetUtcNow().AddMinutes(-5),
            TimeProvider.System.GetUtcNow().AddMinutes(5));
        // The mesh knows nothing of outcomes, and other users have none.
        Assert.Equal(0, (await alice.PositionAsync()).Revision);
        Assert.Empty((await server.NewUser().Mesh.ListOutcomesAsync(new())).Outcomes);
    }

    [Fact]
    public async Task ListOutcomes_InPages_ListsEachOnce()
    {
        var alice = server.NewUser();
        for (var n = 0; n < 7; n++)
        {
            await LogAsync(alice, n % 2 == 0 ? "one" : "two", "t", success: n % 3 == 0);
        }

        var seen = new List<long>();
        var request = new ListOutcomesRequest { PageSize = 3 };
        do
        {
            var page = await alice.Mesh.ListOutcomesAsync(request);
            Assert.InRange(page.Outcomes.Count, 1, 3);
            seen.AddRange(page.Outcomes.Select(outcome => outcome.Number));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(seen.OrderDescending(), seen);
        Assert.Equal(7, seen.Distinct().Count());
        Assert.Equal(4, (await alice.Mesh.ListOutcomesAsync(new() { Filter = new() { Agent = "one" } })).Outcomes.Count);
        Assert.Equal(2, (await alice.Mesh.ListOutcomesAsync(new() { Filter = new() { Agent = "one", Success = true } })).Outcomes.Count);
        request = new() { PageSize = 3 };
        request.PageToken = (await alice.Mesh.ListOutcomesAsync(request)).NextPageToken;
        request.Filter = new() { Agent = "one" };
        await Refusal.OfAsync(ErrorReason.PageTokenInvalid, alice.Mesh.ListOutcomesAsync(request));
    }

    [Fact]
    public async Task ListOutcomes_OfMoreThanAnAnswerHolds_GoesOnInTheNextPage()
    {
        var alice = server.NewUser();
        for (var n = 0; n < 60; n++)
        {
            await alice.Mesh.LogOutcomeAsync(new() { Agent = "one", Report = new() { TaskType = "t", Error = new string('e', 60_000) } });
        }

        var first = await alice.Mesh.ListOutcomesAsync(new() { PageSize = 1000 });
        var second = await alice.Mesh.ListOutcomesAsync(new() { PageSize = 1000, PageToken = first.NextPageToken });
        Assert.Equal((60, ""), (first.Outcomes.Count + second.Outcomes.Count, second.NextPageToken));
    }

    [Fact]
    public async Task GetOutcomeMetrics_SumsUpByTypeAndAgent()
    {
        var alice = server.NewUser();
        Assert.Equal(0, (await alice.Mesh.GetOutcomeMetricsAsync(new())).Overall.Total);
        await LogAsync(alice, "one", "plan", success: true, seconds: 2);
        await LogAsync(alice, "one", "plan", success: false, seconds: 4);
        await LogAsync(alice, "one", "act", success: true);
        await LogAsync(alice, "two", "act", success: true);
        var metrics = await alice.Mesh.GetOutcomeMetricsAsync(new());

        Assert.Equal((4, 3, 1, 0.75, 0.25, 3), Numbers(metrics.Overall));
        Assert.Equal(["act", "plan"], metrics.ByTaskType.Select(named => named.Name));
        Assert.Equal((2, 1, 1, 0.5, 0.5, 3), Numbers(metrics.ByTaskType[1].Metrics));
        Assert.Equal(["one", "two"], metrics.ByAgent.Select(named => named.Name));
        Assert.Equal((1, 1, 0, 1, 0, -1), Numbers(metrics.ByAgent[1].Metrics));
        Assert.Equal(
            (1, 1, 0, 1, 0, -1),
            Numbers((await alice.Mesh.GetOutcomeMetricsAsync(new() { Filter = new() { TaskType = "act", Agent = "two" } })).Overall));
        var lastHour = await alice.Mesh.GetOutcomeMetricsAsync(
            new() { Filter = new() { MaxAge = Duration.FromTimeSpan(TimeSpan.FromHours(1)) } });
        Assert.Equal(4, lastHour.Overall.Total);

        static (long, long, long, double, double, double) Numbers(OutcomeMetrics sums) =>
            (sums.Total, sums.Succeeded, sums.Failed, sums.SuccessRate, sums.ErrorRate,
                sums.AverageDuration?.ToTimeSpan().TotalSeconds ?? -1);
    }

    [Fact]
    public async Task ClearOutcomes_RemovesWhatIsMeantAndNothingElse()
    {
        var (alice, bob) = (server.NewUser(), server.NewUser());
        Assert.Equal(0, (await alice.Mesh.ClearOutcomesAsync(new())).RemovedOutcomes);
        Assert.False(server.HasStore(alice.Id));
        foreach (var user in (TestUser[])[alice, bob])
        {
            await LogAsync(user, "one", "t", success: true);
            await LogAsync(user, "two", "t", success: true);
        }
        var old = new ClearOutcomesRequest { Filter = new() { MinAge = Duration.FromTimeSpan(TimeSpan.FromHours(1)) } };
        Assert.Equal(0, (await alice.Mesh.ClearOutcomesAsync(old)).RemovedOutcomes);
        Assert.Equal(1, (await alice.Mesh.ClearOutcomesAsync(new() { Filter = new() { Agent = "one" } })).RemovedOutcomes);
        Assert.Equal(1, (await alice.Mesh.ClearOutcomesAsync(new() { Filter = new() { MinAge = new() } })).RemovedOutcomes);
        Assert.Equal(2, (await bob.Mesh.ListOutcomesAsync(new())).Outcomes.Count);
    }

    [Fact]
    public async Task LogOutcome_RepeatedWithItsRequestId_IsOneOutcome()
    {
        var alice = server.NewUser();
        var request = new LogOutcomeRequest { Agent = "one", Report = new() { TaskType = "t" }, RequestId = Guid.NewGuid().ToString() };
        var first = await alice.Mesh.LogOutcomeAsync(request);
        var second = await alice.Mesh.LogOutcomeAsync(request);
        Assert.Equal((first.Number, false, true), (second.Number, first.Replayed, second.Replayed));
        request.Report.Success = true;
        await Refusal.OfAsync(ErrorReason.RequestIdReused, alice.Mesh.LogOutcomeAsync(request));
        Assert.Single((await alice.Mesh.ListOutcomesAsync(new())).Outcomes);
    }

    public static TheoryData<string, ErrorReason, string> Faults { get; } = new()
    {
        { """{"task_type": ""}""", ErrorReason.ArgumentInvalid, "report.task_type" },
        { """{"task_type": "t", "duration": "-1s"}""", ErrorReason.ArgumentInvalid, "report.duration" },
        { """{"task_type": "t", "input_json": "{"}""", ErrorReason.JsonInvalid, "report.input_json" },
        { """{"task_type": "t", "metadata_json": "[]"}""", ErrorReason.JsonInvalid, "report.metadata_json" },
        { """{"task_type": "t", "error": "\u0000"}""", ErrorReason.ArgumentInvalid, "report.error" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task LogOutcome_WithAFault_IsRefusedAndKeepsNothing(string report, ErrorReason reason, string field)
    {
        var alice = server.NewUser();
        var refusal = await Refusal.OfAsync(
            reason, alice.Mesh.LogOutcomeAsync(new() { Agent = "one", Report = OutcomeReport.Parser.ParseJson(report) }));
        Assert.Equal(field, refusal.Field);
        Assert.False(server.HasStore(alice.Id));
    }

    [Fact]
    public async Task LogOutcome_LargerThanAReportMayBe_IsRefused()
    {
        var alice = server.NewUser();
        var refusal = await Refusal.OfAsync(
            ErrorReason.ValueTooLarge,
            alice.Mesh.LogOutcomeAsync(new() { Agent = "one", Report = new() { TaskType = "t", Error = new string('e', 65_536) } }));
        Assert.Equal(("report", "65536"), (refusal.Field, refusal.Info.Metadata["limit"]));
        await Refusal.OfAsync(ErrorReason.AgentInvalid, alice.Mesh.LogOutcomeAsync(new() { Report = new() { TaskType = "t" } }));
        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, alice.Tools.LogOutcomeAsync(new() { Agent = "one" }));
    }

    private static async Task LogAsync(TestUser user, string agent, string type, bool success, double? seconds = null) =>
        await user.Tools.LogOutcomeAsync(new()
        {
            Agent = agent,
            Report = new()
            {
                TaskType = type,
                Success = success,
                Duration = seconds is { } told ? Duration.FromTimeSpan(TimeSpan.FromSeconds(told)) : null,
            },
        });
}
