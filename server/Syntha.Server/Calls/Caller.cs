using Grpc.Core;

namespace Syntha.Server.Calls;

/// <summary>Whose call it is, as <see cref="CallerInterceptor"/> found out.</summary>
internal sealed class Caller(UserId user)
{
    public UserId User => user;

    /// <summary>Fails closed: a method that no interceptor guards has no caller and serves nobody.</summary>
    public static Caller Of(ServerCallContext context) =>
        context.GetHttpContext().Features.Get<Caller>() ?? throw new InvalidOperationException($"No caller was established for {context.Method}.");
}
