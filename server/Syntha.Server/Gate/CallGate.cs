using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Server.Wire;

namespace Syntha.Server.Gate;

/// <summary>
/// What a call must pass before gRPC begins with it. It is the main type of the room Gate, which uses Admission, Audit and Wire. First the
/// call is admitted by its headers, then its message must arrive within its time, its size and the budget. gRPC reads and parses a message
/// before any interceptor runs, so that a stranger's message would cost memory before it is refused. A call that was refused here is
/// answered here. Thread-safe.
/// </summary>
internal sealed class CallGate(
    CallAdmission admission, OpenConnections connections, RefusalRecorder recorder, RequestBody body, HeldStreams held,
    IOptions<ConnectionOptions> options)
{
    // A health check names one service.
    private const int MaxOpenMessageBytes = 1024;

    private readonly CallAdmission admission = admission;
    private readonly OpenConnections connections = connections;
    private readonly RequestBody body = body;
    private readonly HeldStreams held = held;

    /// <summary>How large the message of a call may be.</summary>
    public int MaxMessageBytes { get; } = options.Value.MaxMessageBytes;

    /// <summary>The name of the share in the budget of bytes that an admitted call counts in.</summary>
    public static string NameOf(HttpContext http) =>
        Caller.Find(http) is { } caller ? caller.HasUser ? caller.User.Value : "|" + caller.AuditId : "";

    /// <summary>Counts a call that ends because its message is not taken.</summary>
    public static void Turn(OpenConnection connection, in Arrival arrival)
    {
        if (arrival.Reason == ErrorReason.NodeDraining)
        {
            connection.EndSoon();
        }

        if (arrival.IsGone || !connection.IsProven)
        {
            connection.CountWasted();
        }
    }

    /// <summary>Puts the gate before a method of gRPC.</summary>
    public void Guard(EndpointBuilder endpoint)
    {
        // Endpoints without a method answer that there is no such method, and read nothing.
        if (endpoint.Metadata.OfType<GrpcMethodMetadata>().SingleOrDefault() is { } method)
        {
            endpoint.RequestDelegate = new GuardedMethod(
                this, endpoint.Metadata.OfType<Realm>().Single(), method.Method.Type, endpoint.RequestDelegate!).InvokeAsync;
        }
    }

    /// <summary>Records a call that was not admitted, and counts it for its connection.</summary>
    public async Task RecordAsync(HttpContext http, OpenConnection connection, MeshException refusal)
    {
        await recorder.RecordAsync(http, refusal);
        if (!connection.IsProven || http.RequestAborted.IsCancellationRequested)
        {
            connection.CountWasted();
        }
    }

    // gRPC refuses a request in any other form, and does not read it.
    private static bool IsGrpc(HttpRequest request) =>
        (HttpProtocol.IsHttp2(request.Protocol) || HttpProtocol.IsHttp3(request.Protocol))
        && request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    private async Task RefuseAsync(HttpContext http, OpenConnection connection, MeshException refusal)
    {
        await RecordAsync(http, connection, refusal);
        RefusedAnswer.Write(http, StatusMapper.ToRpcException(refusal), refusal.Reason);
    }

    private sealed class GuardedMethod(CallGate gate, Realm realm, MethodType type, RequestDelegate method)
    {
        private readonly bool hasOneMessage = type is MethodType.Unary or MethodType.ServerStreaming;

        // Users' streams end by themselves when the server stops.
        private readonly bool isShort = type == MethodType.Unary || realm.HasUser;

        public Task InvokeAsync(HttpContext http)
        {
            if (!IsGrpc(http.Request))
            {
                return method(http);
            }

            var connection = OpenConnections.Of(http);
            // The client has cancelled the call before its turn came, so nothing is done for it. The platform makes the token of a
            // call when it is asked for it, so it is asked only where the token can tell something.
            if (connection.MayHaveCancelled && http.RequestAborted.IsCancellationRequested)
            {
                connection.CountCancelled();
                return Task.CompletedTask;
            }

            if (realm.IsOpen || !hasOneMessage || !isShort)
            {
                return HoldAsync(http, connection);
            }

            var admitted = gate.admission.AdmitAsync(http, connection, realm);
            return admitted is { IsCompletedSuccessfully: true, Result: null } && RequestBody.IsHere(http)
                ? method(http)
                : EnterAsync(http, connection, admitted);
        }

        // A call that has to wait: for its credential, or for its message.
        private async Task EnterAsync(HttpContext http, OpenConnection connection, ValueTask<MeshException?> admitted)
        {
            if (await admitted is { } refusal)
            {
                await gate.RefuseAsync(http, connection, refusal);
                return;
            }

            await RunAsync(http, connection);
        }

        // A call that may be held open by its client for long, and that no user's quota counts.
        private async Task HoldAsync(HttpContext http, OpenConnection connection)
        {
            if (await gate.admission.AdmitAsync(http, connection, realm) is { } refusal)
            {
                await gate.RefuseAsync(http, connection, refusal);
            }
            else if (realm.IsOpen && !connection.TryBeginOpen())
            {
                await gate.RefuseAsync(http, connection, TooMany());
            }
            else
            {
                try
                {
                    await HoldCountedAsync(http, connection);
                }
                finally
                {
                    if (realm.IsOpen)
                    {
                        connection.EndOpen();
                    }
                }
            }
        }

        private async Task HoldCountedAsync(HttpContext http, OpenConnection connection)
        {
            var isCounted = type != MethodType.Unary && (realm.IsOpen || realm == Realm.Description);
            if (isCounted && gate.held.Enter(connection) is { } full)
            {
                await gate.RefuseAsync(http, connection, full);
                return;
            }

            try
            {
                await RunAsync(http, connection);
            }
            finally
            {
                if (isCounted)
                {
                    gate.held.Leave(connection);
                }
            }
        }

        private async Task RunAsync(HttpContext http, OpenConnection connection)
        {
            Arrival arrival = default;
            if (hasOneMessage)
            {
                arrival = await gate.body.ArriveAsync(
                    http, NameOf(http), realm.IsOpen ? MaxOpenMessageBytes : gate.MaxMessageBytes);
                if (!arrival.IsHere)
                {
                    Turn(http, connection, arrival);
                    return;
                }
            }

            using var late = isShort ? default : gate.connections.Late.UnsafeRegister(
                static call => ((HttpContext)call!).Abort(), http);
            var running = method(http);
            if (type == MethodType.ServerStreaming)
            {
                // The message is read, and the stream may last.
                arrival.Bytes?.Dispose();
            }

            try
            {
                await running;
            }
            finally
            {
                arrival.Bytes?.Dispose();
            }
        }

        private static void Turn(HttpContext http, OpenConnection connection, in Arrival arrival)
        {
            if (arrival.Refusal is { } refusal)
            {
                RefusedAnswer.Write(http, refusal, arrival.Reason);
            }

            CallGate.Turn(connection, arrival);
        }

        private static MeshException TooMany() =>
            new(ErrorReason.RateLimited, "Too many health checks are under way on this connection, or were made on it within a second.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
    }
}
