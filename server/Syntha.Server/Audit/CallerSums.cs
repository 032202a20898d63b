namespace Syntha.Server.Audit;

/// <summary>The sums of one caller: a list that grows at its front. Thread-safe.</summary>
internal sealed class CallerSums
{
    private CallSum? first;

    public CallSum? First => Volatile.Read(ref first);

    /// <summary>Puts a sum in front. False: another call has put one there meanwhile.</summary>
    public bool TryAdd(CallSum sum) => Interlocked.CompareExchange(ref first, sum, sum.Next) == sum.Next;
}
