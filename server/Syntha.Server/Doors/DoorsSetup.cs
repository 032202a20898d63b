using Grpc.Core;
using Syntha.Server.Wire;

namespace Syntha.Server.Doors;

/// <summary>Registers this room.</summary>
internal static class DoorsSetup
{
    /// <param name="services">The server's services.</param>
    /// <param name="bind">What binds each service of the contract.</param>
    public static void AddDoors(
        this IServiceCollection services, params Action<IServiceProvider, ServiceBinderBase>[] bind) =>
        services.AddSingleton<DoorCalls>().AddSingleton(provider => new ContractMethods(
            provider.GetRequiredService<EndpointDataSource>(),
            provider.GetRequiredService<AroundMethods>(),
            bind.Select<Action<IServiceProvider, ServiceBinderBase>, Action<ServiceBinderBase>>(one => binder => one(provider, binder))));
}
