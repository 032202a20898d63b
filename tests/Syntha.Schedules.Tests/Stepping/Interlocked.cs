using System.Diagnostics.CodeAnalysis;
using Syntha.Schedules.Scheduling;

namespace Syntha.Mesh;

/// <summary>The operations of the framework, with a point before and behind each. One thread goes on at a time, so plain ones do.</summary>
internal static class Interlocked
{
    public static void MemoryBarrier() => Scheduler.Point();

    public static int Increment(ref int location)
    {
        Scheduler.Point();
        var result = ++location;
        Scheduler.Point();
        return result;
    }

    public static int Decrement(ref int location)
    {
        Scheduler.Point();
        var result = --location;
        Scheduler.Point();
        return result;
    }

    public static long Add(ref long location, long value)
    {
        Scheduler.Point();
        var result = location += value;
        Scheduler.Point();
        return result;
    }

    [return: NotNullIfNotNull(nameof(location))]
    public static T Exchange<T>([NotNullIfNotNull(nameof(value))] ref T location, T value)
    {
        Scheduler.Point();
        var former = location;
        location = value;
        Scheduler.Point();
        return former;
    }

    [return: NotNullIfNotNull(nameof(location))]
    public static T CompareExchange<T>(ref T location, T value, T comparand)
    {
        Scheduler.Point();
        var former = location;
        if (typeof(T).IsValueType ? EqualityComparer<T>.Default.Equals(former, comparand) : ReferenceEquals(former, comparand))
        {
            location = value;
        }

        Scheduler.Point();
        return former;
    }
}

/// <summary>As <see cref="Interlocked"/>.</summary>
internal static class Volatile
{
    public static T Read<T>(ref readonly T location)
    {
        Scheduler.Point();
        return location;
    }

    public static void Write<T>([NotNullIfNotNull(nameof(value))] ref T location, T value)
    {
        Scheduler.Point();
        location = value;
        Scheduler.Point();
    }
}

/// <summary>A thread that spins lets another go on.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "The framework's is called on an instance.")]
internal struct SpinWait
{
    public readonly void SpinOnce() => Scheduler.Current?.GiveWay();
}
