using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Options;
using Syntha.Server.Options;

namespace Syntha.Server.Calls;

/// <summary>Finds out whose call it is before anything else happens, and refuses calls while the server drains.</summary>
internal sealed class CallerInterceptor(IOptions<UserOptions> users, IHostApplicationLifetime lifetime) : Interceptor
{
    public const string UserIdHeader = "user-id";

    private readonly UserIdRule rule = users.Value.Rule;

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new MeshException(ErrorReason.NodeDraining, "The server is shutting down; call another one, or this one when it is back.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }
        // Straight from the HTTP headers: reading all of them into gRPC metadata costs a tenth of a small call.
        var http = context.GetHttpContext();
        var values = http.Request.Headers[UserIdHeader];
        if (values.Count > 1)
            throw new MeshException(ErrorReason.UserIdMissing, "The call carries more than one user id; send the metadata `user-id` once.");
        http.Features.Set(new Caller(rule.Parse(values.Count == 0 ? null : values[0])));
        return continuation(request, context);
    }
}
