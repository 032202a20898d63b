using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;

using Google.Protobuf;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Syntha.Client.Tests.Fakes;

/// <summary>
/// A real Kestrel on a free loopback port that serves the contract. The test says how each call is answered. It is for behaviour that a
/// real Syntha server does not show on demand, such as failing twice and then succeeding.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<ReceivedCall> calls = new();
    private readonly Channel<ScriptedStream> streams = Channel.CreateUnbounded<ScriptedStream>();

    private ScriptedServer(WebApplication app) => this.app = app;

    /// <summary>Makes the answer. An exception becomes the call's status.</summary>
    internal required Func<ReceivedCall, Task<IMessage>> Answer { get; init; }

    internal string Address => app.Urls.Single();

    internal IReadOnlyList<ReceivedCall> Calls => [.. calls];

    /// <summary>Starts a server that serves streams, see <see cref="NextStreamAsync"/>, and no other calls.</summary>
    internal static Task<ScriptedServer> StartAsync() =>
        StartAsync(IMessage (call) => throw new InvalidOperationException($"{call.Method} was not expected."));

    internal static Task<ScriptedServer> StartAsync(Func<ReceivedCall, IMessage> answer) =>
        StartAsync(call => Task.FromResult(answer(call)));

    internal static async Task<ScriptedServer> StartAsync(Func<ReceivedCall, Task<IMessage>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<ScriptInterceptor>();
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<ScriptInterceptor>());

        var app = builder.Build();
        var server = new ScriptedServer(app) { Answer = answer };
        app.Services.GetRequiredService<ScriptInterceptor>().Server = server;
        app.MapGrpcService<V1.ContextMesh.ContextMeshBase>();
        app.MapGrpcService<V1.ToolHandler.ToolHandlerBase>();
        app.MapGrpcService<V1.Discovery.DiscoveryBase>();
        await app.StartAsync();
        return server;
    }

    internal SynthaClient Client(Action<SynthaClientOptions>? configure = null)
    {
        var options = new SynthaClientOptions
        {
            Address = Address,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            Jitter = static () => 0,
        };
        configure?.Invoke(options);
        return new SynthaClient(options);
    }

    internal async Task<IMessage> HandleAsync(ReceivedCall call)
    {
        calls.Enqueue(call);
        return await Answer(call);
    }

    internal Task HandleAsync(ScriptedStream stream)
    {
        calls.Enqueue(stream.Call);
        streams.Writer.TryWrite(stream);
        return stream.RunAsync();
    }

    /// <summary>Waits until a client opens a stream, and takes it.</summary>
    internal ValueTask<ScriptedStream> NextStreamAsync() => streams.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
