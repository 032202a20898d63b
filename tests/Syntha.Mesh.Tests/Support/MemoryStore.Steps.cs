namespace Syntha.Mesh.Tests.Support;

/// <summary>
/// Where a test can step in: before and after a load and a read of the log, before a search in it and a read of the head, after a watch has
/// begun, and around a turn, a commit and a trimming.
/// </summary>
internal sealed partial class MemoryStore
{
    public Func<Func<ValueTask>, ValueTask> AroundCommit { get; set; } = static commit => commit();

    public Func<Func<ValueTask<LogTrim>>, ValueTask<LogTrim>> AroundTrim { get; set; } = static trim => trim();

    public Func<Func<Task>, Task> AroundTurn { get; set; } = static work => work();

    public Func<ValueTask> BeforeRead { get; set; } = static () => ValueTask.CompletedTask;

    public Func<ValueTask> AfterRead { get; set; } = static () => ValueTask.CompletedTask;

    public Func<ValueTask> BeforeSearch { get; set; } = static () => ValueTask.CompletedTask;

    public Func<ValueTask> BeforeHead { get; set; } = static () => ValueTask.CompletedTask;

    public Action AfterWatch { get; set; } = static () => { };

    public Func<ValueTask> BeforeLoad { get; set; } = static () => ValueTask.CompletedTask;

    public Func<ValueTask> AfterLoad { get; set; } = static () => ValueTask.CompletedTask;

    /// <summary>The next commit waits, before anything is written, until the test releases it.</summary>
    public Hold HoldNextCommit()
    {
        var hold = new Hold();
        AroundCommit = async commit =>
        {
            AroundCommit = static straight => straight();
            await hold.PassAsync();
            await commit();
        };
        return hold;
    }

    /// <summary>The next turn waits, before its group is put together, until the test releases it.</summary>
    public Hold HoldNextTurn()
    {
        var hold = new Hold();
        AroundTurn = async work =>
        {
            AroundTurn = static straight => straight();
            await hold.PassAsync();
            await work();
        };
        return hold;
    }

    /// <summary>The next commit fails: with nothing written, or with everything written and only the answer lost.</summary>
    public void FailNextCommit(Exception failure, bool isWritten = false) => AroundCommit = async commit =>
    {
        AroundCommit = static straight => straight();
        if (isWritten)
        {
            await commit();
        }

        throw failure;
    };

    /// <summary>The next read of the log waits until the test releases it.</summary>
    public Hold HoldNextRead()
    {
        var hold = new Hold();
        BeforeRead = async () =>
        {
            BeforeRead = static () => ValueTask.CompletedTask;
            await hold.PassAsync();
        };
        return hold;
    }

    /// <summary>The next read of the log waits with what it has read until the test releases it.</summary>
    public Hold HoldNextPage()
    {
        var hold = new Hold();
        AfterRead = async () =>
        {
            AfterRead = static () => ValueTask.CompletedTask;
            await hold.PassAsync();
        };
        return hold;
    }

    /// <summary>The next search in the log waits until the test releases it.</summary>
    public Hold HoldNextSearch()
    {
        var hold = new Hold();
        BeforeSearch = async () =>
        {
            BeforeSearch = static () => ValueTask.CompletedTask;
            await hold.PassAsync();
        };
        return hold;
    }

    /// <summary>The next trimming waits, before anything is dropped, until the test releases it.</summary>
    public Hold HoldNextTrim()
    {
        var hold = new Hold();
        AroundTrim = async trim =>
        {
            AroundTrim = static straight => straight();
            await hold.PassAsync();
            return await trim();
        };
        return hold;
    }

    /// <summary>The next trimming fails and drops nothing.</summary>
    public void FailNextTrim(Exception failure) => AroundTrim = _ =>
    {
        AroundTrim = static straight => straight();
        throw failure;
    };
}
