using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Syntha.Storage.Ground;
using Syntha.Storage.Sqlite;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Tests.Sqlite.OneUser;

namespace Syntha.Storage.Tests.Sqlite.Files;

public sealed class DataFolderLockTests : IAsyncDisposable
{
    private readonly SqliteFixture sqlite = new();

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    private SqliteStores Second() => new(sqlite.Options, sqlite.Time, NullLoggerFactory.Instance);

    [Fact]
    public async Task Start_OnAFolderInUse_IsRefusedTellingByWhom()
    {
        _ = sqlite.Stores;

        var refusal = Assert.Throws<DataFolderInUseException>(Second);

        Assert.Contains(sqlite.Folder, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}, started 2030-01-02 12:00:00Z", refusal.Message,
            StringComparison.Ordinal);
        await sqlite.StopAsync();
        await Second().DisposeAsync();
    }

    [Fact]
    public async Task Start_WhileAProcessThatIsBeingStartedHasACopyOfTheHandle_IsNotRefused()
    {
        _ = sqlite.Stores;
        var held = Directory.GetFiles("/proc/self/fd")
            .Single(descriptor => new FileInfo(descriptor).LinkTarget == Path.Combine(sqlite.Folder, "lock"));
        // As between fork and exec: both processes have the lock.
        using var copy = new SafeFileHandle(Duplicate(int.Parse(Path.GetFileName(held), CultureInfo.InvariantCulture)), ownsHandle: true);

        await sqlite.StopAsync();

        await Second().DisposeAsync();
    }

    [Fact]
    public async Task Start_OfASecondProcess_IsRefused()
    {
        var user = await sqlite.GivenStoreAsync(isOpen: true);

        var child = await ChildProcess.RunAsync([PushingProgram.Argument, sqlite.Folder, user.Value, "1", PushingProgram.Faithful]);

        Assert.NotEqual(0, child.ExitCode);
        Assert.Contains(
            $"process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)} on", child.Errors, StringComparison.Ordinal);
        Assert.Single((await sqlite.LoadAsync(user)).Items);
    }

    [Fact]
    public void Start_WithOptionsOutOfRange_NamesThem()
    {
        var refusal = Assert.Throws<ValidationException>(
            () => new SqliteStores(sqlite.Options with { MaxOpenStores = 0 }, sqlite.Time, NullLoggerFactory.Instance));

        Assert.Contains("MaxOpenStores", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1024, 85)]
    [InlineData(100, 1)]
    [InlineData(1_000_000, 256)]
    [InlineData(null, 256)]
    public async Task MaxOpenStores_UnderALimitOfDescriptors_StaysFarBelowIt(int? limit, int expected)
    {
        await using var stores = new SqliteStores(sqlite.Options, sqlite.Time, NullLoggerFactory.Instance, Migrations.Embedded, limit);

        Assert.Equal(expected, stores.MaxOpenStores);
    }

    [DllImport("libc", EntryPoint = "dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int descriptor);
}
