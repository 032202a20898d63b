namespace Syntha.Storage.Tests.Sqlite.OneUser;

/// <summary>Everything that was acknowledged was synced before. The system calls of a process that pushes show it.</summary>
public sealed class PowerLossTests
{
    private static readonly string[] Trace =
    [
        "strace", "-f", "-y", "-s", "32", "-e",
        "trace=openat,mkdir,mkdirat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,fallocate,fsync,fdatasync,rename,renameat,renameat2",
        "-o",
    ];

    [Fact]
    public async Task Push_Acknowledged_WasSyncedWithTheNamesOfItsFiles()
    {
        using var folder = new ScratchFolder();

        // Long enough for a checkpoint, which writes the file itself and starts the write-ahead file again.
        var first = await TraceAsync(folder, "alice", 400, PushingProgram.Faithful);
        var again = await TraceAsync(folder, "alice", 20, PushingProgram.Faithful);

        Assert.Equal(400, first.Acknowledged);
        Assert.Equal(20, again.Acknowledged);
        Assert.Empty(first.Faults);
        Assert.Contains(folder.Sub("new", "data", "users", "alice", "context.db"), first.Written);
        Assert.Empty(again.Faults);
    }

    [Fact]
    public async Task Push_ByAProcessThatDoesNotSync_IsFoundOut()
    {
        using var folder = new ScratchFolder();

        var trace = await TraceAsync(folder, "alice", 5, PushingProgram.Careless);

        Assert.Equal(5, trace.Acknowledged);
        Assert.Contains(trace.Faults, fault => fault.Contains("context.db-wal is not synced", StringComparison.Ordinal));
        Assert.Contains(trace.Faults, fault => fault.EndsWith("users/alice is not synced", StringComparison.Ordinal));
        Assert.Contains(trace.Faults, fault => fault.EndsWith("data/users is not synced", StringComparison.Ordinal));
    }

    private static async Task<SystemCallTrace> TraceAsync(ScratchFolder folder, string user, int count, string manner)
    {
        var data = folder.Sub("new", "data");
        var output = folder.Sub("trace");
        var (exitCode, acknowledged, errors) = await ChildProcess.RunAsync(
            [PushingProgram.Argument, data, user, $"{count}", manner], [.. Trace, output]);
        Assert.True(exitCode == 0, errors);
        Assert.Equal(count, acknowledged.Count(character => character == '\n'));
        var trace = new SystemCallTrace(folder.Path);
        trace.Read(File.ReadLines(output));
        return trace;
    }
}
