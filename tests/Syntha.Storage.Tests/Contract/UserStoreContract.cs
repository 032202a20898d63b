using System.Text;

namespace Syntha.Storage.Tests.Contract;

/// <summary>What every engine's stores promise to the mesh. One suite for all engines.</summary>
public abstract partial class UserStoreContract : IAsyncLifetime
{
    private IUserStores? stores;

    protected IUserStores Stores => stores!;

    protected FakeTimeProvider Time { get; } = new(Draft.Noon);

    /// <summary>How many random histories a test goes through.</summary>
    protected virtual int Histories => 20;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => stores = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync(stores!);
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts the stores as a process does, on the data of earlier ones of this test.</summary>
    protected abstract ValueTask<IUserStores> StartAsync();

    protected abstract ValueTask StopAsync(IUserStores stores);

    protected async Task RestartAsync()
    {
        await StopAsync(stores!);
        stores = await StartAsync();
    }

    [Fact]
    public async Task Find_UserWithoutStore_IsNull()
    {
        var user = UserIds.New();

        Assert.Null(await Stores.FindAsync(user));
        Assert.Null(await Stores.FindAsync(user));
    }

    [Fact]
    public async Task Open_NewUser_IsEmptyWithAnEpochOfItsOwn()
    {
        var mesh = await (await Stores.OpenAsync(UserIds.New())).LoadAsync();
        var other = await (await Stores.OpenAsync(UserIds.New())).LoadAsync();

        Assert.Matches("^[0-9a-f]{16}$", mesh.Position.Epoch);
        Assert.NotEqual(mesh.Position.Epoch, other.Position.Epoch);
        Assert.Equal(0, mesh.Position.Revision);
        Assert.Equal(1, mesh.OldestRevision);
        Assert.Empty(mesh.Items);
        Assert.Empty(mesh.Expired);
        Assert.Empty(mesh.Agents);
    }

    [Fact]
    public async Task Open_ManyAtOnce_MakesOneStore()
    {
        var user = UserIds.New();

        var opened = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Stores.OpenAsync(user), Token)));

        var epochs = new HashSet<string>();
        foreach (var store in opened)
        {
            epochs.Add((await store.LoadAsync()).Position.Epoch);
        }

        Assert.Single(epochs);
    }

    [Fact]
    public async Task Find_AfterRestart_IsTheSameStore()
    {
        var user = UserIds.New();
        var store = await Stores.OpenAsync(user);
        await store.CommitAsync(Draft.Command(1, Draft.Push("key", "{\"a\":1}")));
        var before = await store.LoadAsync();

        await RestartAsync();

        var after = await (await Stores.FindAsync(user))!.LoadAsync();
        Assert.Equal(before.Position, after.Position);
        Assert.Equal(before.Items, after.Items);
    }

    [Fact]
    public async Task Commit_SameKeysOfTwoUsers_NeverMeet()
    {
        var alice = await Stores.OpenAsync(UserIds.New());
        var bob = await Stores.OpenAsync(UserIds.New());

        await alice.CommitAsync(
            Draft.Command(1, Draft.Push("key", "\"of alice\"")), Draft.Command(2, Draft.Agent(Draft.Subscribed("a", "t"))));
        await bob.CommitAsync(Draft.Command(1, Draft.Push("key", "\"of bob\"")));

        Assert.Equal("\"of alice\"", Assert.Single((await alice.LoadAsync()).Items).ValueJson);
        var mesh = await bob.LoadAsync();
        Assert.Equal("\"of bob\"", Assert.Single(mesh.Items).ValueJson);
        Assert.Empty(mesh.Agents);
        Assert.Single(await bob.ReadAllAsync());
    }

    public static TheoryData<string> Values { get; } = new(
        "null", "0", " {\"a\" :\t1.0e5 ,\r\n \"b\":[ ] } ", "9223372036854775807", "-9223372036854775808", "1.10",
        "\"\\u0041\\/\\ud83d\\ude00\"",
        "\"😀 \u007f \u2028 \ue000 \uffff\"", "\"it's; DROP TABLE changes; --\"", "{\"a\":\"" + new string('x', 1 << 20) + "\"}");

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Commit_Value_KeepsItsExactBytes(string value)
    {
        var store = await Stores.OpenAsync(UserIds.New());

        await store.CommitAsync(
            Draft.Command(1, Draft.Push("before", "1"), Draft.Push("key", value, metadata: "{}"), Draft.Push("after", "2")));

        var items = (await store.LoadAsync()).Items;
        Assert.Equal(["1", value, "2"], items.OrderBy(item => item.Place).Select(item => item.ValueJson));
        Assert.Equal(Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes((await store.ReadAllAsync())[1].Item!.ValueJson));
    }

    public static TheoryData<string> Texts { get; } = new(
        "'); DROP TABLE changes; --", "\" OR 1=1", "@rows", "$1", "?", "%s", "[]", "[1,2]", "{\"a\":1}", "null", "true", "123", "1e3",
        "x'00'",
        "\u0001\u001f\u007f", "\\", "\\u0000", "\n\r\t", "😀", "\ue000\uffff", "\U0010ffff", "e\u0301", "é", " ", "a,b", "\u202e");

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Commit_AnyTextInEveryField_IsKeptAsText(string text)
    {
        var store = await Stores.OpenAsync(UserIds.New());
        var readers = Draft.Routed(text, [text, text + "2"], [text, text + "3"]);
        var request = new RequestRecord(Guid.NewGuid(), AgentName.Trusted(text), text, UInt128.MaxValue >> 32, text);
        var record = Draft.Subscribed(text, text, text + "4") with { Permissions = new([TopicName.Trusted(text)], true, false) };
        var first = Draft.Command(1, request, Draft.Push(text, "1", readers, metadata: text), Draft.Agent(record, text));
        var second = Draft.Command(2, Draft.Push(text, "2", Draft.Routed(), over: first.Changes[0]));

        await store.CommitAsync(first);
        await store.CommitAsync(second);

        Assert.Equal([.. first.Changes, .. second.Changes], await store.ReadAllAsync());
        Assert.Equal(record, Assert.Single((await store.LoadAsync()).Agents));
        Assert.Equal(request, (await store.FindRequestsAsync(request.Id))[request.Id].Request);
    }
}
