using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Syntha.Server.Doors;

/// <summary>Registers this room.</summary>
internal static class DoorsSetup
{
    /// <param name="services">The server's services.</param>
    /// <param name="interceptors">The types of the interceptors of gRPC, the outermost first.</param>
    /// <param name="bind">What binds each service of the contract.</param>
    public static void AddDoors(
        this IServiceCollection services, IReadOnlyList<Type> interceptors, params Action<IServiceProvider, ServiceBinderBase>[] bind) =>
        services.AddSingleton<DoorCalls>().AddSingleton(provider => new ContractMethods(
            provider.GetRequiredService<EndpointDataSource>(),
            interceptors.Select(type => (Interceptor)provider.GetRequiredService(type)),
            bind.Select<Action<IServiceProvider, ServiceBinderBase>, Action<ServiceBinderBase>>(one => binder => one(provider, binder))));
}
