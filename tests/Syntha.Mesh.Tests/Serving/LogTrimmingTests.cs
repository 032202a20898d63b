using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.Serving;

/// <summary>The log is trimmed between groups of commands, when trimming pays, and no command suffers from it.</summary>
public sealed class LogTrimmingTests
{
    private static readonly LogLimits Small = new(MaxChanges: 64, MaxBytes: 1_000_000, MaxAge: TimeSpan.FromDays(7));

    private readonly TestMesh mesh = new(TestMesh.Limits with { Log = Small });

    [Fact]
    public async Task Commit_FarBeyondTheCount_TrimsTheLogToIt()
    {
        // A little above the limit: trimming at each commit would cost as much as the commits.
        await PushAsync(66);
        Assert.Equal(1, mesh.View(null).OldestRevision);

        await PushAsync(1);

        Assert.Equal((4, 4), (mesh.Store.Oldest, mesh.View(null).OldestRevision));
        Assert.Equal(64, mesh.Store.Size.Changes);
        await PushAsync(2);
        Assert.Equal(4, mesh.View(null).OldestRevision);
        LogAudit.Verify(mesh.Store);
        Assert.Equal(StateText.OfStore(mesh.Store), StateText.Of(mesh.Mesh));
    }

    [Fact]
    public async Task Commit_FarBeyondTheBytes_TrimsTheLogToThem()
    {
        var large = $"\"{new string('x', 99_000)}\"";
        for (var push = 0; push < 10; push++)
        {
            await mesh.DoAsync(Commands.Push("k", large));
        }

        await MeshInside.SettleAsync(mesh.Mesh);
        Assert.Equal(1, mesh.Store.Oldest);

        await mesh.DoAsync(Commands.Push("k", large));
        await MeshInside.SettleAsync(mesh.Mesh);

        Assert.Equal(2, mesh.Store.Oldest);
        Assert.InRange(mesh.Store.Size.Bytes, 900_000, 1_000_000);
    }

    [Fact]
    public async Task Commit_FarBeyondTheUsersQuota_TrimsTheLogToWhatItIsByThen()
    {
        var bound = new TestMesh(TestMesh.Limits with { Log = Small, IsLogBoundByQuota = true })
        {
            Quotas = TestMesh.NoQuotas with { MaxBytes = 300_000 },
        };
        var large = $"\"{new string('x', 99_000)}\"";

        for (var push = 0; push < 6; push++)
        {
            await bound.DoAsync(Commands.Push("k", large));
        }

        await MeshInside.SettleAsync(bound.Mesh);
        Assert.InRange(bound.Store.Size.Bytes, 200_000, 310_000);

        bound.Quotas = TestMesh.NoQuotas with { MaxBytes = 3_000_000 };
        for (var push = 0; push < 20; push++)
        {
            await bound.DoAsync(Commands.Push("k", large));
        }

        await MeshInside.SettleAsync(bound.Mesh);
        Assert.InRange(bound.Store.Size.Bytes, 2_000_000, 2_400_000);
    }

    [Fact]
    public async Task TrimLog_WithinALimitOfAge_AsksTheStoreOnlyWhenSomethingIsTooOld()
    {
        var trims = CountTrims();
        await PushAsync(1);
        mesh.Clock.Advance(TimeSpan.FromDays(1));
        await PushAsync(1);
        await TrimAsync();
        Assert.Equal((1, 1), (trims(), mesh.Store.Oldest));

        mesh.Clock.Advance(TimeSpan.FromDays(6));
        await TrimAsync();
        Assert.Equal((1, 1), (trims(), mesh.Store.Oldest));

        // A thirty-second of the age later.
        mesh.Clock.Advance(TimeSpan.FromHours(6));
        await TrimAsync();
        await TrimAsync();
        Assert.Equal((2, 2), (trims(), mesh.Store.Oldest));

        mesh.Clock.Advance(TimeSpan.FromDays(30));
        await TrimAsync();
        Assert.Equal((3, 3), (trims(), mesh.Store.Oldest));
        // An empty log has nothing that could be too old.
        mesh.Clock.Advance(TimeSpan.FromDays(1));
        await TrimAsync();
        Assert.Equal(3, trims());
        Assert.Equal(["k"], mesh.Keys());
    }

    [Fact]
    public async Task Submit_WhileTheLogIsTrimmed_WaitsForItAndIsNotLost()
    {
        var hold = mesh.Store.HoldNextTrim();
        await PushAsync(66, settle: false);
        await mesh.DoAsync(Commands.Push("k"));
        await hold.Reached;
        var queued = Enumerable.Range(0, 10).Select(number => mesh.DoAsync(Commands.Push($"{number}"))).ToList();
        Assert.All(queued, command => Assert.False(command.IsCompleted));
        // Readers do not wait.
        Assert.Equal("1", mesh.Get("k"));

        hold.Release();

        Assert.Equal(Enumerable.Range(68, 10), (await Task.WhenAll(queued)).Select(result => (int)result.Position.Revision));
        Assert.Equal(10, mesh.Store.Groups[^1]);
        await MeshInside.SettleAsync(mesh.Mesh);
        LogAudit.Verify(mesh.Store);
        Assert.Equal(StateText.OfStore(mesh.Store), StateText.Of(mesh.Mesh));
    }

    [Fact]
    public async Task TrimLog_MoreThanATurnDrops_CommandsGetTheirTurnInBetween()
    {
        var filled = new TestMesh();
        for (var push = 0; push < 3; push++)
        {
            await filled.DoAsync(Commands.PushMany(null, [.. Enumerable.Range(0, 4_096).Select(number => Commands.Draft($"{number}"))]));
        }

        var order = new List<string>();
        var hold = new Hold();
        var store = filled.Store;
        store.AroundTrim = async trim =>
        {
            await hold.PassAsync();
            order.Add("trim");
            return await trim();
        };
        store.AroundCommit = commit =>
        {
            order.Add("commit");
            return commit();
        };
        var small = new UserMesh(store, store.Read(), filled.Clock, TestMesh.Limits with { Log = Small }, () => TestMesh.NoQuotas);
        small.TrimLog();
        await hold.Reached;
        var waiting = small.SubmitAsync(Commands.Push("k"), TestContext.Current.CancellationToken);
        hold.Release();

        await waiting;
        await MeshInside.SettleAsync(small);

        Assert.Equal(["trim", "commit", "trim", "trim"], order);
        Assert.Equal(4, small.View(null).OldestRevision);
    }

    [Theory]
    [InlineData(ErrorReason.StoreFull)]
    [InlineData(ErrorReason.StoreBusy)]
    [InlineData(ErrorReason.StoreReadOnly)]
    public async Task TrimLog_Refused_CostsNobodyAnythingAndIsTriedAgain(ErrorReason reason)
    {
        mesh.Store.FailNextTrim(new MeshException(reason, "Not now."));
        await PushAsync(67);
        Assert.Null(mesh.Mesh.Fault);
        Assert.Equal(1, mesh.Store.Oldest);

        await PushAsync(1);

        Assert.Equal(5, mesh.Store.Oldest);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ErrorReason.StoreDown)]
    [InlineData(ErrorReason.StoreCorrupt)]
    public async Task TrimLog_FailsSoThatNobodyKnowsWhatHappened_DiscardsTheMesh(ErrorReason? reason)
    {
        mesh.Store.FailNextTrim(reason is { } told ? new MeshException(told, "Gone.") : new IOException("disk on fire"));
        await PushAsync(67);

        Assert.Equal(reason ?? ErrorReason.StoreDown, mesh.Mesh.Fault!.Reason);
        await mesh.RefusedAsync(reason ?? ErrorReason.StoreDown, Commands.Push("k"));
        mesh.Reload();
        await PushAsync(1);
        Assert.Equal(5, mesh.Store.Oldest);
    }

    [Fact]
    public async Task TrimLog_TurnIsRefused_CommandsBehindItGetTheirs()
    {
        var hold = RefuseNextTrimTurn(new MeshException(ErrorReason.StoreBusy, "Not now."));
        mesh.Mesh.TrimLog();
        await hold.Reached;
        var push = mesh.DoAsync(Commands.Push("k"));
        hold.Release();

        Assert.Equal(1, (await push).Position.Revision);
        Assert.Null(mesh.Mesh.Fault);
    }

    [Fact(Timeout = 60_000)]
    public async Task TrimLog_TurnFailsForReasonsUnknown_DiscardsTheMeshAndRests()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var hold = RefuseNextTrimTurn(new IOException("disk on fire"));
        mesh.Mesh.TrimLog();
        await hold.Reached;
        var push = mesh.DoAsync(Commands.Push("k"));
        hold.Release();

        Assert.Equal(ErrorReason.StoreDown, (await Assert.ThrowsAsync<MeshException>(() => push.WaitAsync(cancelled))).Reason);
        await MeshInside.SettleAsync(mesh.Mesh);
        Assert.NotNull(mesh.Mesh.Fault);
    }

    [Fact]
    public async Task TryClose_WhileATrimmingIsDue_IsRefused()
    {
        var hold = mesh.Store.HoldNextTrim();
        mesh.Mesh.TrimLog();
        await hold.Reached;
        Assert.False(mesh.Mesh.TryClose());

        hold.Release();
        await MeshInside.SettleAsync(mesh.Mesh);
        Assert.True(mesh.Mesh.TryClose());

        var trims = CountTrims();
        mesh.Clock.Advance(TimeSpan.FromDays(30));
        await TrimAsync();
        Assert.Equal(0, trims());
    }

    [Fact(Timeout = 120_000)]
    public async Task TryClose_AtTheMomentWhenATrimmingBecomesDue_ClosesAMeshThatRests()
    {
        // Trimming that was asked for while the writer was about to rest must not begin on a mesh that was closed meanwhile.
        var limits = TestMesh.Limits with { Log = Small with { MaxAge = TimeSpan.Zero } };
        var late = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var closed = 0;
            mesh.Store.AroundTurn = work =>
            {
                late += Volatile.Read(ref closed);
                return work();
            };
            var racing = new UserMesh(mesh.Store, mesh.Store.Read(), mesh.Clock, limits, () => TestMesh.NoQuotas);
            var asking = Task.Run(
                () =>
                {
                    racing.TrimLog();
                    racing.TrimLog();
                },
                TestContext.Current.CancellationToken);
            racing.TrimLog();
            while (!racing.TryClose())
            {
                Thread.SpinWait(1);
            }

            Volatile.Write(ref closed, 1);
            await asking;
            await MeshInside.SettleAsync(racing);
        }

        Assert.Equal(0, late);
    }

    [Fact]
    public async Task Registry_LogTooOld_IsTrimmedAtLoadAndAtThePurgeInterval()
    {
        await using var registry = new TestRegistry(log: Small);
        var store = registry.Stores["alice"];
        await registry.DoAsync("alice", Commands.Push("a"));
        using (var lease = await registry.OpenAsync("alice"))
        {
            registry.Clock.Advance(TimeSpan.FromDays(8));
            await MeshInside.SettleAsync(lease.Mesh!);
            Assert.Equal(2, store.Oldest);
            await registry.DoAsync("alice", Commands.Push("b"));
        }
        // The mesh leaves memory before anything is too old.
        registry.Clock.Advance(2 * TestRegistry.IdleTime);
        registry.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal((0, 2), (registry.Registry.Loaded, store.Oldest));

        await registry.LoadAsync("alice");

        Assert.Equal(3, store.Oldest);
        Assert.Equal("1", await registry.GetAsync("alice", "a"));
    }

    private async Task PushAsync(int count, bool settle = true)
    {
        for (var push = 0; push < count; push++)
        {
            await mesh.DoAsync(Commands.Push("k"));
        }

        if (settle)
        {
            await MeshInside.SettleAsync(mesh.Mesh);
        }
    }

    private async Task TrimAsync()
    {
        mesh.Mesh.TrimLog();
        await MeshInside.SettleAsync(mesh.Mesh);
    }

    private Func<int> CountTrims()
    {
        var count = 0;
        mesh.Store.AroundTrim = trim =>
        {
            count++;
            return trim();
        };
        return () => count;
    }

    private Hold RefuseNextTrimTurn(Exception failure)
    {
        var hold = new Hold();
        mesh.Store.AroundTurn = async _ =>
        {
            mesh.Store.AroundTurn = static work => work();
            await hold.PassAsync();
            throw failure;
        };
        return hold;
    }
}
