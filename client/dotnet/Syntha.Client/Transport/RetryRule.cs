using Google.Protobuf.Reflection;

using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Syntha.Client;

/// <summary>
/// Which calls gRPC repeats by itself: unary ones that answered UNAVAILABLE, and whose method the contract says may be repeated. The
/// contract's <c>idempotency_level</c> decides. This client gives each request with a <c>request_id</c> field one, which is what the
/// contract asks of a repeated write. Streams are not repeated here: they resume by their position.
/// </summary>
internal static class RetryRule
{
    internal const string RequestIdField = "request_id";

    private const int BackoffMultiplier = 2;

    private static readonly ServiceDescriptor[] Services =
        [V1.ContextMesh.Descriptor, V1.ToolHandler.Descriptor, V1.Discovery.Descriptor];

    internal static ServiceConfig? For(SynthaClientOptions options)
    {
        // One attempt is no retry policy: gRPC asks for two at least.
        if (options.MaxAttempts == 1)
        {
            return null;
        }

        var repeatable = new MethodConfig
        {
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = options.MaxAttempts,
                InitialBackoff = options.RetryDelay,
                MaxBackoff = options.MaxRetryDelay,
                BackoffMultiplier = BackoffMultiplier,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        foreach (var method in RepeatableMethods())
        {
            repeatable.Names.Add(new MethodName { Service = method.Service.FullName, Method = method.Name });
        }

        return new ServiceConfig { MethodConfigs = { repeatable } };
    }

    internal static IEnumerable<MethodDescriptor> RepeatableMethods() =>
        Services.SelectMany(service => service.Methods).Where(IsRepeatable);

    private static bool IsRepeatable(MethodDescriptor method) =>
        !method.IsServerStreaming && !method.IsClientStreaming
        && method.GetOptions()?.IdempotencyLevel
            is MethodOptions.Types.IdempotencyLevel.NoSideEffects or MethodOptions.Types.IdempotencyLevel.Idempotent;
}
