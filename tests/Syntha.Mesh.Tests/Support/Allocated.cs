namespace Syntha.Mesh.Tests.Support;

/// <summary>Counts the bytes that work allocates on the test's thread: a measure of work that is the same on every machine.</summary>
internal static class Allocated
{
    public static long By(Action work)
    {
        // What is made once, such as a static, does not count.
        work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
