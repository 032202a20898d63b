using Google.Protobuf.Reflection;

using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Syntha.Client.Transport;

/// <summary>
/// Which calls gRPC repeats by itself: unary ones that answered UNAVAILABLE. All of them are safe to repeat: a request either has a
/// <c>request_id</c>, which this client always fills in, or only reads, or removes what a repeat finds gone. Streams are not in the table: they resume by their position.
/// </summary>
internal static class RetryTable
{
    internal const string RequestIdField = "request_id";

    private const int BackoffMultiplier = 2;

    private static readonly string[] SafePrefixes = ["Get", "List", "Has", "Build", "ClearOutcomes"];

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
        V1.ContextMesh.Descriptor.Methods.Concat(V1.ToolHandler.Descriptor.Methods).Where(IsRepeatable);

    private static bool IsRepeatable(MethodDescriptor method) =>
        !method.IsServerStreaming && !method.IsClientStreaming
        && (method.InputType.FindFieldByName(RequestIdField) is not null
            || Array.Exists(SafePrefixes, prefix => method.Name.StartsWith(prefix, StringComparison.Ordinal)));
}
