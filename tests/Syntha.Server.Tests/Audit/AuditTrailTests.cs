using System.Text.RegularExpressions;

namespace Syntha.Server.Tests.Audit;

/// <summary>What the trail holds: writes, refusals, sums of reads, and operators' acts.</summary>
public sealed partial class AuditTrailTests(SecuredServer server)
{
    private readonly string user = $"alice{Guid.NewGuid():N}";

    private Administration.AdministrationClient Admin => server.Operator(OperatorKey.Secret);

    [Fact]
    public async Task Writes_AreEntriesWithWhoWhatAndHowMuch_AndEqualKeysHaveEqualHashes()
    {
        var key = await server.NewKeyAsync(user);
        var alice = server.As(user, key.Secret);
        await alice.PushAsync("k", "\"äb\"");
        await alice.PushAsync("k", "12", agent: "Planner");
        await alice.Mesh.PushManyAsync(
            new() { Items = { new ItemWrite { Key = "l", ValueJson = "1" }, new ItemWrite { Key = "k", ValueJson = "2" } } });
        await alice.Tools.CallToolAsync(
            new() { AsAgent = "Planner", Name = "push_context", ArgumentsJson = """{"key": "m", "value": "x"}""" });
        var position = await alice.PositionAsync();

        var entries = await AuditReader.UntilAsync(
            Admin, found => found.Count(entry => entry.Revision > 0) == 4, user, outcome: AuditOutcome.Success);

        var writes = entries.Where(entry => entry.Revision > 0).OrderBy(entry => entry.Revision).ToList();
        Assert.Equal(
            [
                (1, "ContextMesh/Push", "", 5, 1), (2, "ContextMesh/Push", "Planner", 2, 1), (3, "ContextMesh/PushMany", "", 2, 2),
                (4, "ToolHandler/CallTool push_context", "Planner", 3, 1),
            ],
            writes.Select(entry => (entry.Revision, entry.Method, entry.Agent, entry.Bytes, entry.Keys)));
        Assert.All(
            writes,
            entry => Assert.Equal((key.Key.Id, user, position.Epoch, 1), (entry.CredentialId, entry.UserId, entry.Epoch, entry.CallCount)));
        Assert.Equal(16, writes[0].KeyHash.Length);
        Assert.Equal(writes[0].KeyHash, writes[1].KeyHash);
        Assert.Equal(writes[0].KeyHash.ToByteArray(), writes[2].KeyHash.ToByteArray()[16..]);
        Assert.NotEqual(writes[0].KeyHash, writes[3].KeyHash);
    }

    [Fact]
    public async Task Writes_ManyAtOnce_AreEachToldWithTheirKeysAndBytes()
    {
        var alice = await server.WithKeyAsync(user);
        // Values of 1 to 7 digits under 8 keys, by two agents and the owner.
        var calls = Enumerable.Range(0, 300).Select(n => (
            Key: $"k{n % 8}",
            Json: new string('1', 1 + (n % 7)),
            Agent: (n % 3) switch { 0 => null, 1 => "Planner", _ => "Booker" }));
        var pushed = await Task.WhenAll(calls.Select(async call =>
            (call.Key, call.Json, call.Agent, Revision: await alice.PushAsync(call.Key, call.Json, agent: call.Agent))));

        var writes = await AuditReader.UntilAsync(Admin, found => found.Count >= 300, user, "ContextMesh/Push");

        Assert.Equal(
            pushed.OrderBy(push => push.Revision).Select(push => (push.Revision, push.Agent ?? "", push.Json.Length)),
            writes.OrderBy(entry => entry.Revision).Select(entry => (entry.Revision, entry.Agent, (int)entry.Bytes)));
        var hashes = writes.ToDictionary(entry => entry.Revision, entry => Convert.ToHexString(entry.KeyHash.Span));
        Assert.All(pushed.GroupBy(push => push.Key), pushes => Assert.Single(pushes.Select(push => hashes[push.Revision]).Distinct()));
        Assert.Equal(8, hashes.Values.Distinct().Count());
    }

    [Fact]
    public async Task Reads_AreSummedExactlyByAgentAndMethod_WithTheBytesOfTheirAnswers()
    {
        var alice = await server.WithKeyAsync(user);
        await alice.PushAsync("k");
        var size = 0;
        for (var n = 0; n < 25; n++)
        {
            size += (await alice.Mesh.GetAsync(new() { Key = "k" })).CalculateSize();
        }

        for (var n = 0; n < 7; n++)
        {
            await alice.Mesh.GetAsync(new() { Key = "k", AsAgent = "Planner" });
        }

        for (var n = 0; n < 50; n++)
        {
            await alice.Tools.HasContextAsync(new() { AsAgent = $"agent {n}", Key = "k" });
        }

        var promptSize = 0;
        for (var n = 0; n < 3; n++)
        {
            var prompt = await alice.Tools.BuildPromptAsync(new() { AsAgent = "Planner", Spec = new() { System = new() } });
            promptSize += prompt.CalculateSize();
        }
        // This call changes nothing, so it adds no entry to the log, but it counts as a call. With the push and the creation of the key
        // there are 88 calls.
        await alice.Mesh.RemoveAsync(new() { Key = "absent" });

        var entries = await AuditReader.UntilAsync(
            Admin, found => found.Sum(entry => entry.CallCount) == 88, user, outcome: AuditOutcome.Success);

        Assert.Equal((25, size), Sum(entries.Where(entry => entry is { Method: "ContextMesh/Get", HasAgent: false })));
        Assert.Equal(7, Sum(entries.Where(entry => entry is { Method: "ContextMesh/Get", Agent: "Planner" })).Calls);
        Assert.Equal(50, entries.Where(entry => entry.Method == "ToolHandler/HasContext").Select(entry => entry.Agent).Distinct().Count());
        Assert.Equal((3, promptSize), Sum(entries.Where(entry => entry.Method == "ToolHandler/BuildPrompt")));
        Assert.Equal((1, 0), Sum(entries.Where(entry => entry.Method == "ContextMesh/Remove")));

        static (long Calls, long Bytes) Sum(IEnumerable<AuditEvent> entries) =>
            (entries.Sum(entry => entry.CallCount), entries.Sum(entry => entry.Bytes));
    }

    [Fact]
    public async Task Refusals_AreEntriesOfTheirOwnWithTheirReason()
    {
        var owner = await server.NewKeyAsync(user);
        var agent = await server.NewKeyAsync(user, "Planner", "readonly");
        var (alice, planner) = (server.As(user, owner.Secret), server.As(user, agent.Secret));
        await alice.PushAsync("private", subscribers: ["Other"]);
        await alice.Mesh.SetAccessAsync(new() { Agent = "Limited", Access = new() { DeniedTools = { Tool.GetContext } } });
        await Admin.UpdateQuotaAsync(new() { UserId = user, Quota = new() { MaxItems = 1 } });

        await RefusedAsync(server.As(user, "syntha_none_of_ours").Mesh.GetAsync(new() { Key = "k" }));
        await RefusedAsync(server.As("somebodyelse", owner.Secret).Mesh.GetAsync(new() { Key = "k" }));
        await RefusedAsync(planner.Mesh.GetAsync(new() { Key = "k" }));
        await RefusedAsync(planner.Tools.PushContextAsync(new() { AsAgent = "Planner", Item = new() { Key = "k", ValueJson = "1" } }));
        await RefusedAsync(alice.Mesh.PushAsync(TestUser.Push("private", agent: "Planner")));
        await RefusedAsync(alice.Mesh.PushAsync(TestUser.Push("second")));
        await RefusedAsync(alice.Tools.GetContextAsync(new() { AsAgent = "Limited", Key = "k" }));
        Assert.False((await alice.Tools.CallToolAsync(new() { AsAgent = "Limited", Name = "get_context", ArgumentsJson = "{}" })).Success);
        await RefusedAsync(server.Operator(owner.Secret).DeleteUserAsync(new() { UserId = user }));
        // This is no denial for the trail: the request makes no sense.
        await RefusedAsync(alice.Mesh.PushAsync(TestUser.Push("k", "{")));

        var (mine, others) = (await DeniedAsync(user, 8), await DeniedAsync("somebodyelse", 1));

        Assert.Equal(
            [
                ("ContextMesh/Get", "CREDENTIALS_INVALID", "", ""), ("ContextMesh/Get", "OWNER_REQUIRED", agent.Key.Id, ""),
                ("ToolHandler/PushContext", "TOOL_NOT_ALLOWED", agent.Key.Id, "Planner"),
                ("ContextMesh/Push", "KEY_NOT_WRITABLE", owner.Key.Id, "Planner"),
                ("ContextMesh/Push", "QUOTA_ITEMS", owner.Key.Id, ""),
                ("ToolHandler/GetContext", "TOOL_NOT_ALLOWED", owner.Key.Id, "Limited"),
                ("ToolHandler/CallTool get_context", "TOOL_NOT_ALLOWED", owner.Key.Id, "Limited"),
                ("Administration/DeleteUser", "OPERATOR_REQUIRED", owner.Key.Id, ""),
            ],
            mine.Select(entry => (entry.Method, entry.Reason, entry.CredentialId, entry.Agent)));
        Assert.Equal(("USER_MISMATCH", owner.Key.Id), (others[^1].Reason, others[^1].CredentialId));
        // Each entry is also a line of the structured log, in the order of the trail. So are the operator's acts.
        var lines = await LinesAsync(12);
        Assert.Equal(
            mine.Select(entry => (entry.Method, entry.CredentialId, "Denied", entry.Reason)),
            lines.Where(line => line.Outcome == "Denied"));
        Assert.Equal(
            ["Administration/CreateApiKey", "Administration/CreateApiKey", "Administration/UpdateQuota"],
            lines.Where(line => line is { Outcome: "Success", Credential: "operator" }).Select(line => line.Method).Take(3));

        Task<List<AuditEvent>> DeniedAsync(string about, int count) =>
            AuditReader.UntilAsync(Admin, found => found.Count >= count, about, outcome: AuditOutcome.Denied);
    }

    [Fact]
    public async Task CallsOfOperators_AreInTheTrailWhenTheyAreAnswered()
    {
        var alice = await server.WithKeyAsync(user);
        await alice.PushAsync("k");
        await Admin.UpdateQuotaAsync(new() { UserId = user });
        await Admin.DeleteUserAsync(new() { UserId = user });

        var entries = await AuditReader.AllAsync(Admin, user);

        var methods = entries.OrderBy(entry => entry.Sequence).Select(entry => entry.Method).ToList();
        // The push comes to the trail from the log: before the quota's entry or after it, but before the erase.
        Assert.Equal(
            ["Administration/CreateApiKey", "Administration/UpdateQuota", "Administration/DeleteUser"],
            methods.Where(method => method != "ContextMesh/Push"));
        Assert.Equal(4, methods.Count);
        Assert.Equal("Administration/DeleteUser", methods[^1]);
        Assert.All(entries.Where(entry => entry.Revision == 0), entry => Assert.Equal("operator", entry.CredentialId));
        Assert.False(server.HasStore(user));
    }

    [Fact]
    public async Task Streams_AreCallsWithTheBytesThatTheyDelivered()
    {
        var alice = await server.WithKeyAsync(user);
        using var stream = alice.Mesh.Subscribe(new() { Start = new() { Snapshot = new() } });
        await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken);

        var entries = await AuditReader.UntilAsync(Admin, found => found.Sum(entry => entry.Bytes) > 0, user, "ContextMesh/Subscribe");

        Assert.Equal(1, entries.Sum(entry => entry.CallCount));
    }

    [Fact]
    public async Task ListAuditEvents_ByTimeAndPage_HasEveryEntryOnceInOrder()
    {
        var alice = await server.WithKeyAsync(user);
        for (var n = 0; n < 5; n++)
        {
            await alice.PushAsync($"k{n}");
        }

        var all = await AuditReader.UntilAsync(Admin, found => found.Count == 5, user, "ContextMesh/Push");

        var paged = new List<AuditEvent>();
        var request = new ListAuditEventsRequest { UserId = user, PageSize = 2, Method = "ContextMesh/Push" };
        do
        {
            var page = await Admin.ListAuditEventsAsync(request);
            paged.AddRange(page.Events);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        var between = await Admin.ListAuditEventsAsync(
            new() { UserId = user, StartTime = all[2].EventTime, EndTime = all[4].EventTime, Method = "ContextMesh/Push" });

        Assert.Equal(all.AsEnumerable().Reverse(), paged);
        Assert.Equal([all[3], all[2]], between.Events);
    }

    [Fact]
    public async Task ListAuditEvents_BadFilters_AreRefusedWithTheirField()
    {
        var moment = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = 1_000 };

        Assert.Equal("outcome", await FieldAsync(new() { Outcome = (AuditOutcome)9 }));
        Assert.Equal("end_time", await FieldAsync(new() { StartTime = moment, EndTime = new() }));
        Assert.Equal("start_time", await FieldAsync(new() { StartTime = new() { Seconds = long.MaxValue } }));
        Assert.Equal("node", await FieldAsync(new() { Node = "local", UserId = user }));
        Assert.Equal("user_id", await FieldAsync(new() { UserId = "a\0" }));
        Assert.Equal("page_size", await FieldAsync(new() { PageSize = 1_001 }));
        await Refusal.OfAsync(ErrorReason.PageTokenInvalid, Admin.ListAuditEventsAsync(new() { PageToken = "abcd" }));

        async Task<string?> FieldAsync(ListAuditEventsRequest request) =>
            (await Refusal.OfAsync(ErrorReason.ArgumentInvalid, Admin.ListAuditEventsAsync(request))).Field;
    }

    // The log lines about the user in the category syntha_audit. They are written a moment after the entries can be read.
    private async Task<List<(string Method, string Credential, string Outcome, string Reason)>> LinesAsync(int count)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            var lines = server.Log.Lines.Select(line => Line().Match(line)).Where(line => line.Success && line.Groups["user"].Value == user)
                .Select(line => line.Groups)
                .Select(found => (found["method"].Value, found["credential"].Value, found["outcome"].Value, found["reason"].Value))
                .ToList();
            if (lines.Count >= count)
            {
                return lines;
            }

            Assert.True(
                TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1),
                $"These lines alone came:\n{string.Join('\n', lines)}");
        }
    }

    [GeneratedRegex(
        @"^syntha_audit\[3501\]: Audit \S+ [0-9]+: \S+ (?<method>.+) credential '(?<credential>.*)' user '(?<user>.*)' "
            + @"agent .* (?<outcome>Success|Denied|Failed) (?<reason>[A-Z_]*) $")]
    private static partial Regex Line();

    private static Task<RpcException> RefusedAsync<T>(AsyncUnaryCall<T> call) => Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
}
