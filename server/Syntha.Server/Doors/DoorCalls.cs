using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http.Features;
using Syntha.Server.Admission;
using Syntha.Server.Gate;
using Syntha.Server.Wire;

namespace Syntha.Server.Doors;

/// <summary>
/// Makes calls of the contract for doors that are not gRPC. It is the main type of the room Doors. A call passes the same admission, the
/// same interceptors and the same service as on gRPC, so that no door has rules of its own. Thread-safe.
/// </summary>
/// <remarks>
/// A door first begins a call, which admits it by its headers. Then the door reads the body of its request, where there is one, by
/// <see cref="DoorCall.ReadBodyAsync"/>. Then it gives the message. One request may make several calls, one after the other or at once.
/// Each of them is admitted and counted by itself.
/// </remarks>
internal sealed class DoorCalls(
    ContractMethods methods, CallGate gate, CallAdmission admission, RequestBody body, OpenConnections connections)
{
    /// <summary>Admits a call by the headers of a request, before its body is read.</summary>
    /// <param name="http">The request.</param>
    /// <param name="method">The method, such as <c>V1.ContextMesh.Descriptor.FindMethodByName("Get")</c>. It takes one message.</param>
    /// <returns>
    /// The call, or why it is refused. A refusal is counted and audited as on gRPC. Without the header <c>user-id</c> the call is that of
    /// the credential's user. Both are null: the client has gone, and no answer can be given.
    /// </returns>
    public async ValueTask<CallResult<DoorCall>> BeginAsync(HttpContext http, MethodDescriptor method)
    {
        var connection = OpenConnections.Of(http);
        if (http.RequestAborted.IsCancellationRequested)
        {
            connection.CountCancelled();
            return default;
        }

        var contract = methods.Get(method);
        var own = ContextOf(http, method, contract.Endpoint);
        if (await admission.AdmitAsync(own, connection, contract.Realm, mayOmitUser: true) is { } refusal)
        {
            await gate.RecordAsync(own, connection, refusal);
            var status = StatusMapper.ToRpcException(refusal);
            CallTags.Add(own, status.StatusCode, StatusMapper.NameOf(refusal.Reason));
            return new(null, CallFailure.Of(status));
        }

        return new(new(own, contract, gate, body, connection, connections.Late), null);
    }

    /// <summary>
    /// Makes another call of an admitted one, for a door that learns the method from the body. The admission holds for both methods,
    /// because they are in one realm. It is counted once.
    /// </summary>
    public DoorCall GoOn(DoorCall admitted, HttpContext http, MethodDescriptor method)
    {
        var contract = methods.Get(method);
        if (contract.Realm != admitted.Realm)
        {
            throw new InvalidOperationException($"{method.FullName} is in another realm than the call that was admitted.");
        }

        var own = ContextOf(http, method, contract.Endpoint);
        admitted.Caller.Enter(own);
        return new(own, contract, gate, body, OpenConnections.Of(http), connections.Late);
    }

    // All features of the request, and those of the call over them. So calls of one request do not see each other's callers.
    private static DefaultHttpContext ContextOf(HttpContext http, MethodDescriptor method, Endpoint endpoint)
    {
        var features = new FeatureCollection(http.Features);
        features.Set<IHttpRequestFeature>(
            new OwnRequest(http.Features.GetRequiredFeature<IHttpRequestFeature>(), ContractMethods.PathOf(method)));
        features.Set<IServiceProvidersFeature>(new OuterServices(http));
        features.Set(OtherDoor.Mark);
        var own = new DefaultHttpContext(features);
        own.SetEndpoint(endpoint);
        return own;
    }

    // Asked for late, because a request makes its services when they are asked for, and most calls need none.
    private sealed class OuterServices(HttpContext http) : IServiceProvidersFeature
    {
        public IServiceProvider RequestServices
        {
            get => http.RequestServices;
            set => http.RequestServices = value;
        }
    }
}
