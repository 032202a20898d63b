using System.Reflection;
using Syntha.Storage.Records;

namespace Syntha.Server.Tests.Telemetry;

/// <summary>Records of the server that count how often they are read, and hold each read until the test lets it go.</summary>
public class HeldRecords : DispatchProxy
{
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IServerRecords inner = null!;
    private int looks;

    public int Looks => looks;

    /// <summary>Completes when the records are read for the first time.</summary>
    public Task Asked => asked.Task;

    public static (IServerRecords Records, HeldRecords Control) Around(IServerRecords inner)
    {
        var records = Create<IServerRecords, HeldRecords>();
        var control = (HeldRecords)(object)records;
        control.inner = inner;
        return (records, control);
    }

    public void Answer() => answered.SetResult();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IServerRecords.ReadAsync)
            ? new ValueTask<RecordChanges>(ReadAsync((long)args![0]!, (CancellationToken)args[1]!))
            : targetMethod.Invoke(inner, args);

    private async Task<RecordChanges> ReadAsync(long after, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref looks);
        asked.TrySetResult();
        await answered.Task;
        return await inner.ReadAsync(after, cancellationToken);
    }
}
