using Google.Protobuf.Reflection;

namespace Syntha.Client.Tests.Fakes;

/// <summary>The services that a client calls, as the contract describes them.</summary>
internal static class Contract
{
    internal static IEnumerable<ServiceDescriptor> Services { get; } =
        [V1.ContextMesh.Descriptor, V1.ToolHandler.Descriptor, V1.Discovery.Descriptor];

    internal static IEnumerable<MethodDescriptor> Methods => Services.SelectMany(service => service.Methods);
}
