using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Syntha.Client;

/// <summary>
/// Which calls may be made again when their answer is missing: unary ones whose method the contract says may be repeated. The contract's
/// <c>idempotency_level</c> decides. This client gives each request with a <c>request_id</c> field one, which is what the contract asks of
/// a repeated write. Streams are not repeated: they resume by their position.
/// </summary>
internal static class RetryRule
{
    internal const string RequestIdField = "request_id";

    private static readonly ServiceDescriptor[] Services =
        [V1.ContextMesh.Descriptor, V1.ToolHandler.Descriptor, V1.Discovery.Descriptor];

    internal static IEnumerable<MethodDescriptor> RepeatableMethods() =>
        Services.SelectMany(service => service.Methods).Where(IsRepeatable);

    /// <returns>Whether the method that takes these requests may be repeated.</returns>
    internal static bool AllowsRepeating<TRequest>()
        where TRequest : IMessage => OfRequest<TRequest>.IsRepeatable;

    private static bool IsRepeatable(MethodDescriptor method) =>
        !method.IsServerStreaming && !method.IsClientStreaming
        && method.GetOptions()?.IdempotencyLevel
            is MethodOptions.Types.IdempotencyLevel.NoSideEffects or MethodOptions.Types.IdempotencyLevel.Idempotent;

    // Methods of two services may share a message. Then all of them must allow it.
    private static class OfRequest<TRequest>
    {
        internal static readonly bool IsRepeatable = Services
            .SelectMany(service => service.Methods)
            .Where(method => method.InputType.ClrType == typeof(TRequest))
            .All(RetryRule.IsRepeatable);
    }
}
