using Syntha.Server.Wire;

namespace Syntha.Server.Tests.Wire;

/// <summary>The server's interceptor meets every call once, in all call shapes. A call that completes at once costs it no memory.</summary>
public sealed class CallInterceptorTests
{
    private static readonly Task<object> Answer = Task.FromResult(new object());

    private readonly CountingInterceptor interceptor = new();

    [Fact]
    public void UnaryCall_CompletesAtOnce_AllocatesNothing()
    {
        UnaryServerMethod<object, object> method = static (_, _) => Answer;
        var request = new object();
        CallMany();

        var before = GC.GetAllocatedBytesForCurrentThread();
        CallMany();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void CallMany()
        {
            for (var n = 0; n < 1_000; n++)
            {
                _ = interceptor.UnaryServerHandler(request, null!, method);
            }
        }
    }

    [Fact]
    public async Task Call_OfAnyShape_IsMetOnceAndRuns()
    {
        var runs = new List<string>();

        await interceptor.UnaryServerHandler(new object(), null!, (_, _) => Run("unary", Answer));
        await interceptor.ClientStreamingServerHandler<object, object>(null!, null!, (_, _) => Run("client streaming", Answer));
        await interceptor.ServerStreamingServerHandler<object, object>(new(), null!, null!, (_, _, _) => Run("server streaming", Answer));
        await interceptor.DuplexStreamingServerHandler<object, object>(null!, null!, null!, (_, _, _) => Run("duplex", Answer));

        Assert.Equal(["unary", "client streaming", "server streaming", "duplex"], runs);
        Assert.Equal([true, false, true, false], interceptor.HadRequest);

        Task<object> Run(string shape, Task<object> answer)
        {
            runs.Add(shape);
            return answer;
        }
    }

    private sealed class CountingInterceptor : CallInterceptor
    {
        private readonly List<bool> hadRequest = new(10_000);

        public IReadOnlyList<bool> HadRequest => hadRequest;

        protected override Task<TAnswer> AroundAsync<TCall, TRequest, TAnswer>(TCall call, TRequest? request, ServerCallContext context)
            where TRequest : class
        {
            hadRequest.Add(request is not null);
            return call.RunAsync();
        }
    }
}
