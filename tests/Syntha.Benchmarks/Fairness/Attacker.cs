using Grpc.Core;
using Grpc.Net.Client;
using Syntha.Tests.Support;
using Syntha.V1;

namespace Syntha.Benchmarks.Fairness;

/// <summary>What an attack works with: the server, a user, a credential, and counts of what came of it. Thread-safe.</summary>
internal sealed class Attacker : IDisposable
{
    private const int LargestMessage = 16 << 20;

    private readonly GrpcChannel channel;
    private readonly string operatorAuthorization;
    private long done;
    private long refused;

    /// <param name="address">The server.</param>
    /// <param name="userId">The attacker's user.</param>
    /// <param name="authorization">The user's credential; empty: none.</param>
    /// <param name="operatorAuthorization">An operator's credential; empty: none.</param>
    public Attacker(Uri address, string userId, string authorization, string operatorAuthorization)
    {
        (Address, UserId, this.operatorAuthorization) = (address, userId, operatorAuthorization);
        channel = GrpcChannel.ForAddress(address, new()
        {
            MaxReceiveMessageSize = LargestMessage,
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
        });
        (Mesh, Administration) = (new(channel), new(channel));
        Headers = authorization.Length > 0
            ? [("user-id", userId), ("authorization", authorization)]
            : [("user-id", userId), ("authorization", "Bearer syntha_none_of_this_server")];
    }

    public Uri Address { get; }

    public string UserId { get; }

    public ContextMesh.ContextMeshClient Mesh { get; }

    public Administration.AdministrationClient Administration { get; }

    /// <summary>The caller's headers. An attacker without a credential shows a wrong one.</summary>
    public (string Name, string Value)[] Headers { get; }

    /// <summary>Calls that the server carried out.</summary>
    public long Done => Interlocked.Read(ref done);

    /// <summary>Calls that the server refused or cut.</summary>
    public long Refused => Interlocked.Read(ref refused);

    public CallOptions Call(CancellationToken cancellationToken)
    {
        var metadata = new Metadata();
        foreach (var (name, value) in Headers)
        {
            metadata.Add(name, value);
        }

        return new(metadata, cancellationToken: cancellationToken);
    }

    /// <summary>The options of an operator's call, which names no user.</summary>
    public CallOptions OperatorCall(CancellationToken cancellationToken) =>
        new(new Metadata { { "authorization", operatorAuthorization } }, cancellationToken: cancellationToken);

    public void CountDone() => Interlocked.Increment(ref done);

    public void CountRefused() => Interlocked.Increment(ref refused);

    /// <summary>
    /// Makes calls one after the other, this many at once, until it is cancelled. A refusal is counted and no reason to stop.
    /// </summary>
    public Task RepeatAsync(int atOnce, Func<int, Task> callAsync, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, atOnce).Select(number => Task.Run(
            async () =>
            {
                for (var call = number; !cancellationToken.IsCancellationRequested; call += atOnce)
                {
                    await CountAsync(() => callAsync(call), cancellationToken);
                }
            },
            CancellationToken.None)));

    /// <summary>Makes one call and counts what came of it.</summary>
    public async Task CountAsync(Func<Task> callAsync, CancellationToken cancellationToken)
    {
        try
        {
            await callAsync();
            CountDone();
        }
        catch (Exception refusal) when (refusal is RpcException or IOException or HttpRequestException or OperationCanceledException
            or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                CountRefused();
            }
        }
    }

    /// <summary>Calls until the call is carried out, for what an attack needs beforehand.</summary>
    public static async Task InsistAsync(Func<Task> callAsync, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await callAsync();
                return;
            }
            catch (RpcException full) when (full.StatusCode is StatusCode.ResourceExhausted or StatusCode.Unavailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }
    }

    /// <summary>Pushes items, some of them in each call.</summary>
    public async Task FillAsync(int perCall, IEnumerable<ItemWrite> items, CancellationToken cancellationToken)
    {
        foreach (var chunk in items.Chunk(perCall))
        {
            await InsistAsync(
                () => Mesh.PushManyAsync(new() { Items = { chunk } }, Call(cancellationToken)).ResponseAsync, cancellationToken);
        }
    }

    public Task<RawConnection> ConnectAsync(CancellationToken cancellationToken) => RawConnection.OpenAsync(Address, cancellationToken);

    public void Dispose() => channel.Dispose();
}
