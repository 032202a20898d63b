using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests;

/// <summary>
/// The contract has numbers where this client takes names. The client finds the number, and refuses a name that has none.
/// </summary>
public sealed class WireNameTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SetAccess_EveryToolAndRole_TravelsAsTheContractsValueOfThatName()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new V1.SetAccessResponse());
        await using var client = server.Client();
        var agent = client.ForUser("alice").ForAgent("a");

        foreach (var role in AgentRoles.All)
        {
            await agent.SetAccessAsync(new() { Role = role, DeniedTools = AgentTools.All }, Token);
        }

        var sent = server.Calls.Select(call => ((V1.SetAccessRequest)call.Request).Access).ToList();
        Assert.Equal(AgentRoles.All, sent.Select(access => access.PredefinedRole.ToString().ToLowerInvariant()));
        Assert.All(sent, access => Assert.Equal(
            AgentTools.All.Select(tool => tool.Replace("_", "", StringComparison.Ordinal)),
            access.DeniedTools.Select(tool => tool.ToString().ToLowerInvariant())));
        Assert.Equal(Enum.GetValues<V1.Tool>().Length - 1, AgentTools.All.Count);
        Assert.Equal(Enum.GetValues<V1.PredefinedRole>().Length - 1, AgentRoles.All.Count);
    }

    [Fact]
    public async Task SetAccess_RoleOfTheOwner_TravelsWithItsTools_AndIsReadBack()
    {
        V1.AgentAccess? stored = null;
        await using var server = await ScriptedServer.StartAsync(Google.Protobuf.IMessage (call) =>
        {
            stored = (call.Request as V1.SetAccessRequest)?.Access ?? stored;
            return call.Request is V1.SetAccessRequest ? new V1.SetAccessResponse() : new V1.GetAccessResponse { Access = stored };
        });
        await using var client = server.Client();
        var mesh = client.ForUser("alice");

        await mesh.SetAgentAccessAsync("a", new() { Role = "analyst", RoleTools = [AgentTools.GetContext], AllowedTools = [] }, Token);

        Assert.Equal(("analyst", V1.Tool.GetContext), (stored!.CustomRole.Name, stored.CustomRole.Tools.Single()));
        var access = (await mesh.GetAgentAccessAsync("a", Token)).Access!;
        Assert.Equal(("analyst", AgentTools.GetContext), (access.Role, access.RoleTools.Single()));
        Assert.Empty(access.AllowedTools!);
    }

    [Theory]
    [InlineData(null, "get_contxt")]
    [InlineData("readonly", "get_context")]
    [InlineData("", "get_context")]
    public async Task SetAccess_NamesThatTheContractCannotSay_AreRefusedAsTheServerWould(string? role, string roleTool)
    {
        await using var client = new SynthaClient("http://127.0.0.1:1");
        var access = role is null
            ? new AgentAccess { DeniedTools = [roleTool] }
            : new AgentAccess { Role = role, RoleTools = [roleTool] };

        var thrown = await Assert.ThrowsAsync<SynthaInvalidArgumentException>(
            () => client.ForUser("alice").SetAgentAccessAsync("a", access, Token));

        Assert.Equal((ErrorReason.ToolInvalid, "TOOL_INVALID"), (thrown.Reason, thrown.ReasonName));
        Assert.Equal(role is null ? roleTool : null, thrown.Metadata.GetValueOrDefault("tool"));
    }

    [Fact]
    public async Task BuildPrompt_ReadyTemplates_TravelAsTheContractsValueOfThatName()
    {
        await using var server = await ScriptedServer.StartAsync(
            _ => new V1.BuildPromptResponse { Prompt = new(), Position = new() });
        await using var client = server.Client();
        var agent = client.ForUser("alice").ForAgent("a");

        foreach (var name in (string[])["basic", "agent_specific", "context_aware"])
        {
            await agent.BuildPromptAsync(new SystemPrompt { ReadyTemplate = name }, Token);
        }

        foreach (var name in (string[])["update", "reminder", "context_only"])
        {
            await agent.BuildPromptAsync(new MessagePrompt { ReadyTemplate = name }, Token);
        }

        var specs = server.Calls.Select(call => ((V1.BuildPromptRequest)call.Request).Spec).ToList();
        Assert.Equal(
            [V1.SystemTemplate.Basic, V1.SystemTemplate.AgentSpecific, V1.SystemTemplate.ContextAware],
            specs.Take(3).Select(spec => spec.System.ReadyTemplate));
        Assert.Equal(
            [V1.MessageTemplate.Update, V1.MessageTemplate.Reminder, V1.MessageTemplate.ContextOnly],
            specs.Skip(3).Select(spec => spec.Message.ReadyTemplate));
    }

    [Theory]
    [InlineData("", "sonnet")]
    [InlineData("{context}", "basic")]
    public async Task BuildPrompt_TemplateThatDoesNotExist_IsRefusedAsTheServerWould(string template, string readyTemplate)
    {
        await using var client = new SynthaClient("http://127.0.0.1:1");
        var prompt = new SystemPrompt { Template = template, ReadyTemplate = readyTemplate };

        var thrown = await Assert.ThrowsAsync<SynthaInvalidArgumentException>(
            () => client.ForUser("alice").BuildPromptAsync(prompt, cancellationToken: Token));

        Assert.Equal(ErrorReason.TemplateInvalid, thrown.Reason);
        Assert.Equal(readyTemplate, thrown.Metadata["template"]);
    }

    [Fact]
    public async Task BuildPrompt_PlacementsAndAges_TravelAsTheyAreMeant()
    {
        await using var server = await ScriptedServer.StartAsync(
            _ => new V1.BuildPromptResponse { Prompt = new(), Position = new() });
        await using var client = server.Client();
        var mesh = client.ForUser("alice");

        foreach (var placement in Enum.GetValues<PromptPlacement>())
        {
            await mesh.BuildPromptAsync(new InjectedPrompt("P") { Placement = placement }, cancellationToken: Token);
        }

        await mesh.BuildPromptAsync(new MessagePrompt { RecentOnly = true }, cancellationToken: Token);
        await mesh.BuildPromptAsync(new MessagePrompt { RecentOnly = true, MaxAge = TimeSpan.FromSeconds(5) }, cancellationToken: Token);

        var specs = server.Calls.Select(call => ((V1.BuildPromptRequest)call.Request).Spec).ToList();
        Assert.Equal(
            Enum.GetNames<PromptPlacement>(),
            specs.Where(spec => spec.Inject is not null).Select(spec => spec.Inject.Placement.ToString()));
        Assert.Equal([3600, 5], specs.Where(spec => spec.Message is not null).Select(spec => spec.MaxAge.Seconds));
    }

    [Fact]
    public async Task GetSchemas_EveryDialect_TravelsAsTheContractsValueOfThatName()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new V1.ListToolsResponse());
        await using var client = server.Client();

        foreach (var dialect in Enum.GetValues<ToolDialect>())
        {
            await client.ForUser("alice").ForAgent("a").GetSchemasAsync(dialect, cancellationToken: Token);
        }

        Assert.Equal(
            Enum.GetNames<ToolDialect>(),
            server.Calls.Select(call => ((V1.ListToolsRequest)call.Request).Dialect.ToString()),
            StringComparer.OrdinalIgnoreCase);
        Assert.Equal(Enum.GetValues<V1.ToolDialect>().Length - 1, server.Calls.Count);
    }

    [Fact]
    public void ChangeKind_BetweenClientAndContract_KeepsItsName() => Assert.All(
        Enum.GetValues<ChangeKind>().Where(kind => kind != ChangeKind.Unknown),
        kind =>
        {
            Assert.Equal(kind.ToString(), WireKind.Of(kind).ToString());
            Assert.Equal(kind, WireKind.From(WireKind.Of(kind)));
        });

    [Fact]
    public async Task Outcomes_FilterOfEachCall_TravelsWhole()
    {
        await using var server = await ScriptedServer.StartAsync(Google.Protobuf.IMessage (call) => call.Request switch
        {
            V1.ListOutcomesRequest => new V1.ListOutcomesResponse(),
            V1.GetOutcomeMetricsRequest => new V1.GetOutcomeMetricsResponse { Overall = new() },
            _ => new V1.ClearOutcomesResponse(),
        });
        await using var client = server.Client();
        var mesh = client.ForUser("alice");
        var filter = new OutcomeFilter
        {
            AgentName = "a",
            TaskType = "t",
            MaxAge = TimeSpan.FromSeconds(2),
            MinAge = TimeSpan.FromSeconds(1),
            IsSuccess = false,
        };

        Assert.Empty(await mesh.ListOutcomesAsync(filter, Token).ToListAsync(Token));
        await mesh.GetOutcomeMetricsAsync(filter, Token);
        await mesh.ClearOutcomesAsync(filter, Token);

        var wire = new V1.OutcomeFilter
        {
            Agent = "a",
            TaskType = "t",
            MaxAge = new() { Seconds = 2 },
            MinAge = new() { Seconds = 1 },
            Success = false,
        };
        Assert.Equal(3, server.Calls.Count);
        Assert.All(
            server.Calls.Select(call => call.Request),
            request => Assert.Equal(wire, request.Descriptor.FindFieldByName("filter").Accessor.GetValue(request)));
    }
}
