using Syntha.Schedules.Scheduling;

namespace Syntha.Mesh;

/// <summary>The framework's, with a point at each use that the serving makes of it.</summary>
internal sealed class ConcurrentQueue<T> : System.Collections.Concurrent.ConcurrentQueue<T>
{
    public new bool IsEmpty
    {
        get
        {
            Scheduler.Point();
            return base.IsEmpty;
        }
    }

    public new void Enqueue(T item)
    {
        Scheduler.Point();
        base.Enqueue(item);
        Scheduler.Point();
    }

    public new bool TryPeek([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T result)
    {
        Scheduler.Point();
        return base.TryPeek(out result);
    }

    public new bool TryDequeue([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T result)
    {
        Scheduler.Point();
        return base.TryDequeue(out result);
    }
}

/// <summary>The framework's, with a point at each use that the serving makes of it.</summary>
internal sealed class ConcurrentDictionary<TKey, TValue> : System.Collections.Concurrent.ConcurrentDictionary<TKey, TValue>
    where TKey : notnull
{
    public new TValue this[TKey key]
    {
        get => base[key];
        set
        {
            Scheduler.Point();
            base[key] = value;
            Scheduler.Point();
        }
    }

    public new bool TryGetValue(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value)
    {
        Scheduler.Point();
        return base.TryGetValue(key, out value);
    }

    public new TValue GetOrAdd<TArgument>(TKey key, Func<TKey, TArgument, TValue> make, TArgument argument)
    {
        Scheduler.Point();
        return base.GetOrAdd(key, make, argument);
    }

    public new bool TryRemove(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value)
    {
        Scheduler.Point();
        return base.TryRemove(key, out value);
    }

    public new bool TryRemove(KeyValuePair<TKey, TValue> item)
    {
        Scheduler.Point();
        return base.TryRemove(item);
    }
}
