namespace Syntha.Server.Tests.Http;

/// <summary>Streams over HTTP: each change once and in order, whatever is cut, and an end that says why.</summary>
public sealed class HttpStreamTests(SharedServer server)
{
    [Fact]
    public async Task Stream_WithASnapshot_TellsWhatIsThereAndThenWhatChanges()
    {
        var user = server.NewUser();
        await user.PushAsync("a", "\"old\"", topics: ["t"]);
        using var events = await OpenAsync(user, "/changes?start=snapshot");

        var established = await events.ReadAsync();
        var chunk = await events.ReadAsync();
        var end = await events.ReadAsync();
        await user.PushAsync("b", "{\r\n \"lines\": 2\n}");
        var changes = await events.ReadAsync();

        Assert.Equal(("established", "snapshot"), (established!.Name, established.Id));
        Assert.Equal("old", chunk!.Json.GetProperty("items")[0].GetProperty("value").GetString());
        var epoch = (await user.PositionAsync()).Epoch;
        Assert.Equal(("snapshot_end", $"{epoch}.1"), (end!.Name, end.Id));
        Assert.Equal(("changes", $"{epoch}.2"), (changes!.Name, changes.Id));
        Assert.Equal(["b"], changes.Keys);
        Assert.Equal("created", changes.Json.GetProperty("changes")[0].GetProperty("kind").GetString());
        Assert.Equal(2, changes.Json.GetProperty("changes")[0].GetProperty("item").GetProperty("value").GetProperty("lines").GetInt32());
        Assert.Equal(("text/event-stream", "no-store"),
            (events.Response.Content.Headers.ContentType!.ToString(), events.Response.Headers.CacheControl!.ToString()));
        Assert.Equal(["no"], events.Response.Headers.GetValues("X-Accel-Buffering"));
    }

    [Fact]
    public async Task Stream_CutAnywhereAndResumed_TellsEachChangeOnce()
    {
        const int Pushes = 80;
        var user = server.NewUser();
        await user.PushAsync("first");
        var random = new Random(7);
        await using var proxy = new CuttingProxy(server.Http, () => random.Next(300, 4_000));
        var (seen, lastId) = (new List<string>(), $"{(await user.PositionAsync()).Epoch}.1");
        EventReader? events = null;
        for (var n = 0; n < Pushes; n++)
        {
            await user.PushAsync($"k{n}", $"\"{new string('v', n)}\"");
            while (seen.Count <= n)
            {
                try
                {
                    events ??= await EventReader.OpenAsync(proxy.Address, new(server.Http, user.Id), "/changes?start=snapshot", lastId);
                    seen.AddRange((await events.ReadToAsync("changes")).Keys);
                }
                catch (Exception cut) when (cut is IOException or HttpRequestException)
                {
                    // The query alone would begin with a snapshot.
                    lastId = events?.LastId ?? lastId;
                    events?.Dispose();
                    events = null;
                }
            }
        }

        events?.Dispose();
        Assert.Equal(Enumerable.Range(0, Pushes).Select(n => $"k{n}"), seen);
        Assert.True(proxy.Cuts > 3);
    }

    [Fact]
    public async Task Stream_CutWithinASnapshot_BeginsWithANewOne()
    {
        var user = server.NewUser();
        await user.PushAsync("a");
        using (var events = await OpenAsync(user, "/changes?start=snapshot"))
        {
            await events.ReadAsync();
            Assert.Equal("snapshot", events.LastId);
        }

        // The query alone would say now, and what was pushed before would be lost.
        using var resumed = await EventReader.OpenAsync(server.Http, new(server.Http, user.Id), "/changes", "snapshot");

        Assert.Equal("a", (await resumed.ReadToAsync("snapshot_chunk")).Json.GetProperty("items")[0].GetProperty("key").GetString());
    }

    [Fact]
    public async Task Stream_OfAnAgent_FollowsItsTopics_AndBeginsAnewWhenTheyChange()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);
        using var events = await EventReader.OpenAsync(server.Http, http, "/agents/Critic/changes?topics=t");
        await events.ReadToAsync("established");
        Assert.Equal(["t"], (await user.Mesh.GetAgentTopicsAsync(new() { Agent = "Critic" })).Topics);

        await user.PushAsync("hidden", topics: ["other"]);
        await user.PushAsync("seen", topics: ["t"]);
        Assert.Equal(["seen"], (await events.ReadToAsync("changes")).Keys);
        await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "Critic", Topics = { "t", "other" } });

        Assert.Equal("snapshot", (await events.ReadToAsync("reset")).Id);
        await events.ReadToAsync("snapshot_end");
    }

    [Fact]
    public async Task Stream_ThatIsSilent_TellsHowFarItIs()
    {
        var user = server.NewUser();
        var revision = await user.PushAsync("a", topics: ["t"]);
        using var events = await OpenAsync(user, "/changes?heartbeat=1&topics=none");
        await events.ReadAsync();
        revision = await user.PushAsync("b", topics: ["t"]);

        var progress = await events.ReadToAsync("progress");

        Assert.EndsWith($".{revision}", progress.Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_WhoseAgentLosesItsTool_EndsWithTheProblem()
    {
        var user = server.NewUser();
        using var events = await OpenAsync(user, "/agents/Critic/changes");
        await events.ReadAsync();

        await user.Mesh.SetAccessAsync(new() { Agent = "Critic", Access = new() { DeniedTools = { Tool.GetContext } } });

        var error = await events.ReadToAsync("error");
        Assert.Equal(("TOOL_NOT_ALLOWED", 403),
            (error.Json.GetProperty("reason").GetString(), error.Json.GetProperty("status").GetInt32()));
        Assert.Null(await events.ReadAsync());
    }

    [Fact]
    public async Task Stream_WhenTheServerStops_EndsWithTheLastPosition()
    {
        await using var own = await TestServer.StartAsync("--Server:DrainTimeout=01:00:00");
        var user = own.NewUser();
        var revision = await user.PushAsync("a");
        using var events = await EventReader.OpenAsync(own.Http, new(own.Http, user.Id), "/changes");
        await events.ReadAsync();

        var stopping = own.StopAsync();

        var ending = await events.ReadToAsync("ending");
        Assert.Equal("shutdown", ending.Json.GetProperty("reason").GetString());
        Assert.EndsWith($".{revision}", ending.Id, StringComparison.Ordinal);
        Assert.Null(await events.ReadAsync());
        await stopping;
    }

    [Fact]
    public async Task Streams_OfAUser_CountInTheSameQuotaAsOverGrpc()
    {
        await using var own = await TestServer.StartAsync("--Streams:MaxPerUser=1");
        var user = own.NewUser();
        using var events = await EventReader.OpenAsync(own.Http, new(own.Http, user.Id), "/changes");
        await events.ReadAsync();

        var second = await new HttpUser(own.Http, user.Id).GetAsync("/changes");

        Assert.Equal((429, "QUOTA_STREAMS"), (second.Status, second.Reason));
    }

    [Fact]
    public async Task Reader_StuckForTooLong_IsCutOff_AndResumesWithNothingLost()
    {
        const int Pushes = 100;
        await using var own = await TestServer.StartAsync("--Streams:StuckWriteTimeout=00:00:01");
        var user = own.As("alice");
        var http = new HttpUser(own.Http, user.Id);
        var events = await EventReader.OpenAsync(own.Http, http, "/changes");
        await events.ReadToAsync("established");
        for (var n = 0; n < Pushes; n++)
        {
            await user.PushAsync($"k{n}", $"\"{new string('x', 100_000)}\"");
        }

        while (!own.Log.Lines.Any(line => line.Contains("its reader took nothing for 1 s", StringComparison.Ordinal)))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken); // only the log tells that the server has given up
        }

        var (seen, cuts) = (new List<string>(), 0);
        while (seen.Count < Pushes)
        {
            try
            {
                seen.AddRange((await events.ReadToAsync("changes")).Keys);
            }
            catch (IOException)
            {
                cuts++;
                var lastId = events.LastId;
                events.Dispose();
                events = await EventReader.OpenAsync(own.Http, http, "/changes", lastId);
            }
        }

        events.Dispose();
        Assert.Equal(Enumerable.Range(0, Pushes).Select(n => $"k{n}"), seen);
        Assert.True(cuts > 0);
    }

    private Task<EventReader> OpenAsync(TestUser user, string target) =>
        EventReader.OpenAsync(server.Http, new(server.Http, user.Id), target);
}
