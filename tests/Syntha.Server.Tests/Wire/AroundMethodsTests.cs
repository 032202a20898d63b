using Syntha.Server.Wire;

namespace Syntha.Server.Tests.Wire;

/// <summary>What stands around every method runs in its order, around methods of all shapes.</summary>
public sealed class AroundMethodsTests
{
    private static readonly Task<object> Answer = Task.FromResult(new object());

    private readonly List<string> met = [];
    private readonly AroundMethods around;

    public AroundMethodsTests() => around = new([new Named("outer", met), new Named("middle", met), new Named("inner", met)]);

    [Fact]
    public async Task Method_OfAnyShape_RunsWithinAllTheOutermostFirst()
    {
        await around.Around((UnaryServerMethod<object, object>)((_, _) => Run()))(new(), null!);
        await around.Around((ClientStreamingServerMethod<object, object>)((_, _) => Run()))(null!, null!);
        await around.Around((ServerStreamingServerMethod<object, object>)((_, _, _) => Run()))(new(), null!, null!);
        await around.Around((DuplexStreamingServerMethod<object, object>)((_, _, _) => Run()))(null!, null!, null!);

        Assert.Equal(Enumerable.Repeat((string[])["outer", "middle", "inner", "method"], 4).SelectMany(names => names), met);
    }

    private Task<object> Run()
    {
        met.Add("method");
        return Answer;
    }

    private sealed class Named(string name, List<string> met) : CallInterceptor
    {
        protected override Task<TAnswer> AroundAsync<TCall, TRequest, TAnswer>(TCall call, TRequest? request, ServerCallContext context)
            where TRequest : class
        {
            met.Add(name);
            return call.RunAsync();
        }
    }
}
