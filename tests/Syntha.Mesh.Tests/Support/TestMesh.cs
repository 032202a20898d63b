namespace Syntha.Mesh.Tests.Support;

/// <summary>One user's mesh over a store in memory, with a clock that stands still unless the test moves it.</summary>
internal sealed class TestMesh
{
    public static readonly DateTimeOffset Start = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static readonly MeshLimits Limits = new(long.MaxValue, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    public static readonly UserQuotas NoQuotas =
        new() { MaxItems = long.MaxValue, MaxBytes = long.MaxValue, MaxAgents = long.MaxValue, MaxTopics = long.MaxValue };

    private readonly MeshLimits limits;

    public TestMesh(MeshLimits? limits = null)
    {
        this.limits = limits ?? Limits;
        Store = new(Clock);
        Mesh = Load();
    }

    public FakeTimeProvider Clock { get; } = new(Start);

    /// <summary>The user's quotas, from the next command on.</summary>
    public UserQuotas Quotas { get; set; } = NoQuotas;

    public MemoryStore Store { get; }

    public UserMesh Mesh { get; private set; }

    public IEnumerable<ChangeKind> LoggedKinds => Store.Changes.Select(change => change.Kind);

    /// <summary>A further mesh of the same store, as another life of the server would have it.</summary>
    public UserMesh Load() => new(Store, Store.Read(), Clock, limits, () => Quotas);

    /// <summary>The mesh of the same store that another node has in memory, as one of several.</summary>
    public UserMesh LoadOnAnotherNode() => new(Store, Store.Read(), Clock, limits, () => Quotas, isShared: true);

    /// <summary>From here on the test goes on with the mesh that the store holds.</summary>
    public void Reload() => Mesh = Load();

    public Task<CommandResult> DoAsync(MeshCommand command) => Mesh.SubmitAsync(command, CancellationToken.None);

    public async Task DoAllAsync(params MeshCommand[] commands)
    {
        foreach (var command in commands)
        {
            await DoAsync(command);
        }
    }

    public async Task<long> RemovedAsync(MeshCommand command) => (await DoAsync(command)).Answer.Items;

    /// <summary>The command is refused for that reason and leaves no trace in the log.</summary>
    public async Task<MeshException> RefusedAsync(ErrorReason reason, MeshCommand command)
    {
        var before = Store.Log.Length;
        var refusal = await Assert.ThrowsAsync<MeshException>(() => DoAsync(command));
        Assert.Equal(reason, refusal.Reason);
        Assert.Equal(before, Store.Log.Length);
        return refusal;
    }

    public string? Get(string key, string? by = null) => View(by).Find(ContextKey.Parse(key))?.ValueJson;

    public ContextItem Item(string key) => View(null).Find(ContextKey.Parse(key))!;

    public long RevisionOf(string key) => Item(key).Place.Revision;

    public string[] Keys(string? by = null, ItemFilter? filter = null) =>
        [.. Pages.All(View(by), filter ?? new()).Select(item => item.Key.Value)];

    public string[] KeysOfTopic(string topic, string? by = null) => Keys(by, new([TopicName.Parse(topic)]));

    public string[] Topics(string? by = null) => [.. View(by).ListTopics(null, 1000).Topics.Select(topic => topic.Name.Value)];

    public string[] SubscribersOf(string topic) =>
        [.. View(null).ListTopics(null, 1000).Topics.Where(listing => listing.Name.Value == topic)
            .SelectMany(listing => listing.Subscribers).Select(agent => agent.Value)];

    public string[] TopicsOf(string agent) => [.. View(null).TopicsOf(AgentName.Parse(agent)).Select(topic => topic.Value)];

    public MeshStats Count(string? by = null) => View(by).Count();

    public MeshView View(string? by) => Mesh.View(Commands.Agent(by));
}
