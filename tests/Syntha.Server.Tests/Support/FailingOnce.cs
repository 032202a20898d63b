using System.Reflection;

namespace Syntha.Server.Tests.Support;

/// <summary>Makes parts of the server that fail once.</summary>
internal static class FailingOnce
{
    /// <param name="inner">What carries out all other calls.</param>
    /// <param name="method">The name of the method that fails.</param>
    /// <param name="failing">Which call of it fails: 1 is the first.</param>
    public static (T Part, FailingOnce<T> Control) Around<T>(T inner, string method, int failing)
        where T : class
    {
        var part = DispatchProxy.Create<T, FailingOnce<T>>();
        var control = (FailingOnce<T>)(object)part;
        control.Set(inner, method, failing);
        return (part, control);
    }
}

/// <summary>A part of the server. One call of a method fails as the platform may fail, and the next call of it is told.</summary>
public class FailingOnce<T> : DispatchProxy
    where T : class
{
    private readonly TaskCompletionSource again = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T inner = null!;
    private string method = "";
    private int failing;
    private int calls;

    /// <summary>Completes when the method is called after its failure.</summary>
    public Task Again => again.Task;

    internal void Set(T part, string methodName, int failingCall) => (inner, method, failing) = (part, methodName, failingCall);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        // As on a node with others, where the loops are at work all the time.
        if (targetMethod!.Name == "get_IsShared")
        {
            return true;
        }

        if (targetMethod.Name == method)
        {
            var call = Interlocked.Increment(ref calls);
            if (call == failing)
            {
                throw new InsufficientMemoryException();
            }

            if (call > failing)
            {
                again.TrySetResult();
            }
        }

        return targetMethod.Invoke(inner, args);
    }
}
