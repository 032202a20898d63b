using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Services;

/// <summary>Attack 29: the server decides what an agent may use, on every path and for open streams too.</summary>
public sealed class AgentAccessTests(SharedServer server)
{
    private const string Agent = "one";

    private static readonly string[] Tools =
    [
        "get_context", "push_context", "list_context", "subscribe_to_topics", "unsubscribe_from_topics", "discover_topics", "delete_topic",
    ];

    public static TheoryData<string> Paths { get; } = new(AgentPath.All.Select(path => path.Rpc));

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task AnyPath_OfADeniedTool_IsRefusedAndChangesNothing(string rpc)
    {
        var path = AgentPath.All.Single(path => path.Rpc == rpc);
        var alice = await UserAsync();
        await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = new() { DeniedTools = { path.Tool.ToTool() } } });
        var before = await alice.StateAsync();

        var refusal = Refusal.Of(ErrorReason.ToolNotAllowed, await Assert.ThrowsAsync<RpcException>(() => path.Go(alice, Agent)));
        Assert.Equal(path.Tool, refusal.Info.Metadata["tool"]);
        Assert.Equal(before, await alice.StateAsync());
        // The controls: another agent may call, and so may this agent when it has exactly the tools of this path.
        await path.Go(alice, "two");
        var tools = new ToolList { Tools = { path.Tool.ToTool() } };
        if (SecondToolOf(path) is var second and not Tool.Unspecified)
        {
            tools.Tools.Add(second);
        }

        await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = new() { AllowedTools = tools } });
        await path.Go(alice, Agent);
    }

    [Fact]
    public async Task APathOfTwoTools_WithoutTheSecond_IsRefusedAndChangesNothing()
    {
        var paths = AgentPath.All.Where(path => SecondToolOf(path) != Tool.Unspecified).ToList();
        Assert.NotEmpty(paths);
        foreach (var path in paths)
        {
            var alice = await UserAsync();
            await alice.Mesh.SetAccessAsync(
                new() { Agent = Agent, Access = new() { AllowedTools = new() { Tools = { path.Tool.ToTool() } } } });
            var before = await alice.StateAsync();

            var refusal = Refusal.Of(ErrorReason.ToolNotAllowed, await Assert.ThrowsAsync<RpcException>(() => path.Go(alice, Agent)));

            Assert.Equal(SecondToolOf(path).ToName(), refusal.Info.Metadata["tool"]);
            Assert.Equal(before, await alice.StateAsync());
        }
    }

    // A later contract may have more values. A server that does not know one says so, and takes none of them for another.
    [Fact]
    public async Task ARequest_WithAValueThatNobodyKnows_IsRefusedWithItsField()
    {
        var alice = await UserAsync();
        var (view, agent) = ((ItemView)99, Agent);
        var stream = alice.Mesh.Subscribe(new() { View = view });
        var topics = alice.Tools.SubscribeToTopics(new() { AsAgent = agent, View = view });
        var inject = new InjectPrompt { ExistingPrompt = "p", Placement = (PromptPlacement)99 };
        (string Field, Func<Task> Call)[] calls =
        [
            ("view", async () => await alice.Mesh.GetAsync(new() { Key = "k", View = view })),
            ("view", async () => await alice.Mesh.GetManyAsync(new() { Keys = { "k" }, View = view })),
            ("view", async () => await alice.Mesh.ListAsync(new() { View = view })),
            ("view", async () => await alice.Tools.GetContextAsync(new() { AsAgent = agent, Key = "k", View = view })),
            ("view", () => stream.ResponseStream.MoveNext(CancellationToken.None)),
            ("view", () => topics.ResponseStream.MoveNext(CancellationToken.None)),
            ("dialect", async () => await alice.Tools.ListToolsAsync(new() { Agent = agent, Dialect = (ToolDialect)99 })),
            ("spec.format", async () =>
                await alice.Mesh.BuildPromptAsync(new() { Spec = new() { System = new(), Format = (PromptFormat)99 } })),
            ("spec.inject.placement", async () => await alice.Mesh.BuildPromptAsync(new() { Spec = new() { Inject = inject } })),
        ];
        foreach (var (field, call) in calls)
        {
            Assert.Equal(field, Refusal.Of(ErrorReason.ArgumentInvalid, await Assert.ThrowsAsync<RpcException>(call)).Field);
        }
    }

    [Fact]
    public void Paths_AreAllMethodsThatNameAnAgent()
    {
        var naming = ContextMesh.Descriptor.Methods.Concat(ToolHandler.Descriptor.Methods)
            .Where(
                method => method.InputType.FindFieldByName("as_agent") is not null || method.InputType.FindFieldByName("agent") is not null)
            .Select(method => $"{method.Service.Name}.{method.Name}");

        Assert.Equal(naming.Order(), AgentPath.All.Select(path => path.Rpc.Split(' ')[0]).Concat(AgentPath.OfTheOwner).Distinct().Order());
    }

    [Fact]
    public void Paths_CountAsTheToolThatTheContractNames()
    {
        foreach (var path in AgentPath.All)
        {
            var use = UseOf(path);
            var tool = path.Rpc.EndsWith(" keys", StringComparison.Ordinal) ? use.KeysViewTool : use.Tool;

            Assert.Equal((path.Rpc, path.Tool), (path.Rpc, tool.ToName()));
        }
    }

    private static Tool SecondToolOf(AgentPath path) => UseOf(path).AlsoTool;

    private static ToolUse UseOf(AgentPath path)
    {
        var (service, method) = (path.Rpc.Split('.')[0], path.Rpc.Split('.')[1].Split(' ')[0]);
        var descriptor = (service == nameof(ContextMesh) ? ContextMesh.Descriptor : ToolHandler.Descriptor).FindMethodByName(method);
        return descriptor.GetOptions().GetExtension(OptionsExtensions.CountsAs);
    }

    public static TheoryData<string, string> Roles { get; } = new()
    {
        { "", "get_context push_context list_context subscribe_to_topics unsubscribe_from_topics discover_topics delete_topic" },
        { "readonly", "get_context list_context discover_topics" },
        { "contributor", "get_context push_context list_context subscribe_to_topics unsubscribe_from_topics discover_topics" },
        { "moderator", "get_context push_context list_context subscribe_to_topics unsubscribe_from_topics discover_topics" },
        { "admin", "get_context push_context list_context subscribe_to_topics unsubscribe_from_topics discover_topics delete_topic" },
        { "intern", "" },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task GetAccess_OfARole_TellsWhatItAllows(string role, string tools)
    {
        var alice = server.NewUser();
        var set = await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = role.ToAccess() });
        var access = await alice.Tools.GetAccessAsync(new() { Agent = Agent });

        string[] available = tools.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(available, set.AvailableTools.ToNames());
        Assert.Equal(available, access.AvailableTools.ToNames());
        Assert.Equal(Tools.Concat(["update_context", "claim", "release"]).Except(available), access.UnavailableTools.ToNames());
        Assert.Equal(role.Length > 0 ? role.ToAccess() : null, access.Access);
    }

    [Fact]
    public async Task GetAccess_OfListsAndRoles_TellsWhatWasSetAndWhatComesOfIt()
    {
        var alice = server.NewUser();
        var wanted = new AgentAccess
        {
            CustomRole = new() { Name = "clerk", Tools = { Tool.GetContext, Tool.PushContext, Tool.ListContext } },
            AllowedTools = new() { Tools = { Tool.PushContext, Tool.ListContext, Tool.DeleteTopic } },
            DeniedTools = { Tool.ListContext },
        };
        await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = wanted });
        var access = await alice.Tools.GetAccessAsync(new() { Agent = Agent });

        Assert.Equal([Tool.PushContext], access.AvailableTools);
        Assert.Equal(wanted, access.Access);
    }

    [Fact]
    public async Task AllowedTools_PresentAndEmpty_AreNoneAndNotAll()
    {
        var alice = server.NewUser();
        await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = new() { AllowedTools = new() } });
        Assert.Empty((await alice.Tools.GetAccessAsync(new() { Agent = Agent })).AvailableTools);
        await Refusal.OfAsync(ErrorReason.ToolNotAllowed, alice.Tools.GetContextAsync(new() { AsAgent = Agent, Key = "k" }));

        await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = new() });
        var lifted = await alice.Tools.GetAccessAsync(new() { Agent = Agent });
        Assert.Null(lifted.Access);
        Assert.Equal(Tools, lifted.AvailableTools.ToNames());
    }

    [Theory]
    [InlineData("admin", Tool.GetContext, null)]
    [InlineData("", Tool.GetContext, null)]
    [InlineData("own", (Tool)99, "99")]
    [InlineData("own", Tool.Unspecified, "0")]
    public async Task SetAccess_WithWhatIsNoAccess_IsRefused(string role, Tool roleTool, string? tool)
    {
        var alice = server.NewUser();
        var refusal = await Refusal.OfAsync(
            ErrorReason.ToolInvalid,
            alice.Mesh.SetAccessAsync(
                new() { Agent = Agent, Access = new() { CustomRole = new() { Name = role, Tools = { roleTool } } } }));
        Assert.Equal(("access", tool), (refusal.Field, refusal.Info.Metadata.GetValueOrDefault("tool")));
        Assert.Null((await alice.Tools.GetAccessAsync(new() { Agent = Agent })).Access);
    }

    [Fact]
    public async Task SetAccess_IsALoggedCommandThatCanBeRepeated()
    {
        var alice = server.NewUser();
        var id = Guid.NewGuid().ToString();
        var request = new SetAccessRequest { Agent = Agent, Access = new() { PredefinedRole = PredefinedRole.Readonly }, RequestId = id };
        await using var owner = new TestSubscriber(new(), new() { IncludesAgents = true });
        await owner.OpenAsync(alice);
        var first = await alice.Mesh.SetAccessAsync(request);
        var second = await alice.Mesh.SetAccessAsync(request);

        Assert.Equal((1, false, 1, true), (first.Position.Revision, first.Replayed, second.Position.Revision, second.Replayed));
        Assert.True(await owner.ReadToAsync(1));
        var told = Assert.Single(owner.Changes);
        Assert.Equal((ChangeKind.AgentChanged, "one", PredefinedRole.Readonly), (told.Kind, told.Key, told.Agent.Access.PredefinedRole));
    }

    [Fact]
    public async Task SetAccess_OfAnAgent_OutlivesClearAndItsOtherSettings()
    {
        var alice = await UserAsync();
        await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = new() { PredefinedRole = PredefinedRole.Readonly } });
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = Agent, Topics = { "t" } });
        await alice.Mesh.SetPostPermissionsAsync(new() { Agent = Agent, Permissions = new() });
        await alice.Mesh.ClearAsync(new());

        Assert.Equal(PredefinedRole.Readonly, (await alice.Tools.GetAccessAsync(new() { Agent = Agent })).Access.PredefinedRole);
        Assert.Empty((await alice.Mesh.GetAgentTopicsAsync(new() { Agent = Agent })).Topics);
        Assert.Null((await alice.Mesh.GetPostPermissionsAsync(new() { Agent = Agent })).Permissions);
    }

    [Fact]
    public async Task SetAccess_OutlivesTheServer()
    {
        await using var own = await TestServer.StartAsync();
        await own.As("alice").Mesh.SetAccessAsync(
            new() { Agent = Agent, Access = new() { CustomRole = new() { Name = "clerk", Tools = { Tool.GetContext } } } });
        await own.RestartAsync();

        Assert.Equal([Tool.GetContext], (await own.As("alice").Tools.GetAccessAsync(new() { Agent = Agent })).AvailableTools);
        await Refusal.OfAsync(ErrorReason.ToolNotAllowed, own.As("alice").Tools.ListTopicsAsync(new() { AsAgent = Agent }));
    }

    [Theory]
    [InlineData(false, "get_context")]
    [InlineData(true, "subscribe_to_topics")]
    public async Task Stream_WhoseAgentLosesItsTool_EndsAndTellsNothingMore(bool isRegistering, string tool)
    {
        var alice = await UserAsync();
        var recorder = new Recorder();
        await using var stream = new TestSubscriber(recorder, new() { Agent = Agent, Topics = ["t"], IsRegistering = isRegistering });
        await using var other = new TestSubscriber(recorder, new() { Agent = "two", Topics = ["t"], IsRegistering = isRegistering });
        await stream.OpenAsync(alice);
        await other.OpenAsync(alice);
        var last = await alice.PushAsync("before", topics: ["t"], subscribers: [Agent, "two"]);
        Assert.True(await stream.ReadToAsync(last));
        await alice.PushAsync("unread", "\"canary\"", topics: ["t"], subscribers: [Agent, "two"]);
        await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = new() { DeniedTools = { tool.ToTool() } } });
        var after = await alice.PushAsync("after", "\"canary\"", topics: ["t"], subscribers: [Agent, "two"]);

        // A message that was on its way before the loss may still arrive. A later one must not.
        Assert.False(await stream.ReadToAsync(after), "The stream went on.");
        Refusal.Of(ErrorReason.ToolNotAllowed, Assert.IsType<RpcException>(stream.Streams[0].Failure));
        Assert.DoesNotContain(stream.Changes, change => change.Key == "after");
        Assert.True(await other.ReadToAsync((await alice.PositionAsync()).Revision));
        Assert.Equal(["before", "unread", "after"], other.Changes.Select(change => change.Key));
    }

    [Fact]
    public async Task Stream_WhoseAgentKeepsItsTool_BeginsAnewAndGoesOn()
    {
        var alice = await UserAsync();
        await using var stream = new TestSubscriber(new(), new() { Agent = Agent });
        await stream.OpenAsync(alice);
        var set = await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = new() { PredefinedRole = PredefinedRole.Readonly } });
        Assert.True(await stream.ReadToAsync(set.Position.Revision));
        Assert.True(await stream.ReadToAsync(await alice.PushAsync("after")));

        Assert.Equal(1, stream.Resets);
        Assert.Equal(["after"], stream.Changes.Select(change => change.Key));
    }

    private async Task<TestUser> UserAsync()
    {
        var alice = server.NewUser();
        await alice.PushAsync("k");
        await alice.PushAsync("in-t", topics: ["t"]);
        return alice;
    }
}
