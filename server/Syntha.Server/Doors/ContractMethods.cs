using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Syntha.Server.Wire;

namespace Syntha.Server.Doors;

/// <summary>
/// The methods of the contract that other doors may call. Each has the same service and the same interceptors as on gRPC, in the same
/// order, and the endpoint of gRPC, from which its realm is known. Methods that take a stream of messages are not among them. Thread-safe.
/// </summary>
internal sealed class ContractMethods
{
    private readonly Lazy<FrozenDictionary<string, ContractMethod>> methods;

    /// <param name="endpoints">The endpoints of gRPC.</param>
    /// <param name="around">What stands around every method.</param>
    /// <param name="services">What binds the services, as the generated code does.</param>
    public ContractMethods(
        EndpointDataSource endpoints, AroundMethods around, IEnumerable<Action<ServiceBinderBase>> services) =>
        // Not before the first call: a door may be made before gRPC has its endpoints.
        methods = new(() => Bind(endpoints, around, services));

    public ContractMethod Get(MethodDescriptor method) => methods.Value[PathOf(method)];

    /// <summary>The path of a method on gRPC, such as <c>/syntha.v1.ContextMesh/Get</c>.</summary>
    public static string PathOf(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";

    private static FrozenDictionary<string, ContractMethod> Bind(
        EndpointDataSource endpoints, AroundMethods around, IEnumerable<Action<ServiceBinderBase>> services)
    {
        var binder = new Binder(
            endpoints.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
                .ToDictionary(endpoint => endpoint.Metadata.GetRequiredMetadata<GrpcMethodMetadata>().Method.FullName),
            around);
        foreach (var bind in services)
        {
            bind(binder);
        }

        return binder.Methods.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private sealed class Binder(Dictionary<string, Endpoint> endpoints, AroundMethods around) : ServiceBinderBase
    {
        public Dictionary<string, ContractMethod> Methods { get; } = [];

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Methods[method.FullName] = new AnsweringMethod<TRequest, TResponse>(endpoints[method.FullName], around.Around(handler!));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            Methods[method.FullName] = new StreamingMethod<TRequest, TResponse>(endpoints[method.FullName], around.Around(handler!));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        {
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
        }
    }
}
