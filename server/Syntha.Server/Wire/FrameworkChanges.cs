using Grpc.AspNetCore.Server.Model;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Syntha.Server.Wire;

// The room Wire holds all that reaches beneath gRPC and ASP.NET Core. It may use the contract's messages and the domain's errors and
// prompts, and no other room of the server. An upgrade of grpc-dotnet, Google.Protobuf or ASP.NET Core must check these again:
//
// 1. ReplaceMethodBinding: gRPC finds the methods of a service through IServiceMethodProvider<>, and ReadableMethods is the only one
//    registered. ReadableMethods calls the generated BindService method through BindServiceMethodAttribute, and adds the metadata that gRPC
//    would add. It puts AroundMethods around each method, in place of gRPC's own interceptors.
// 2. RemoveHostFiltering: the host registers a start-up filter named HostFilteringStartupFilter. It is internal, so it is found by this
//    name. A start fails when it is not found.
// 3. SkipAuthenticationMiddleware: WebApplication adds its middleware for authentication and authorization unless these properties are set.
//    Their names are internal. Under other names every call is authenticated once more than needed: the results stay right, and a small
//    read takes half as long again.
// 4. ChangesFrame and FrameWriter: a message is written with its gRPC frame onto Response.BodyWriter while gRPC's own writer is idle. gRPC
//    must not buffer, compress or count messages meanwhile. ChangesFrameTests compares the bytes with those of protobuf.
// 5. AnswerBytes: the marshaller of an answer completes with bytes that were written before. SerializationContext.Complete must not change
//    them and must not pool them.
// 6. FaultInterceptor: gRPC sends the status and the trailers of an RpcException that a method throws.
// 7. CallTags: the tags reach the platform's own measurement of requests through IHttpMetricsTagsFeature.
// 8. CallGate (room Gate): it wraps the request delegate of each endpoint that has GrpcMethodMetadata. gRPC refuses a request that is not
//    HTTP/2 or whose content type does not begin with application/grpc, and reads nothing of it.
// 9. RequestBody (room Gate): Kestrel's request feature is its body feature too, gRPC-Web sets another one, and a body that was examined
//    and not consumed is there at once when gRPC reads it.
// 10. RefusedAnswer: gRPC's clients, and gRPC-Web's middleware, take a status in the headers of an answer without a body.
// 11. DoorCallContext (room Doors): GetHttpContext of grpc-dotnet finds the context in UserState under `__HttpContext`.
// 12. Caller (room Admission): it is the IServiceProvidersFeature of its calls. Kestrel forgets this feature after each request, and gRPC
//    takes nothing but singletons out of it.
// 13. CallIntake.MayHaveCancelled: Kestrel cancels RequestAborted of a call when the client resets the call or the connection ends, and
//    has read the bytes that tell it through CallIntake before.
// 14. RequestTarget (room Http): RawTarget is the target as the client has sent it, over HTTP/1.1 and HTTP/2.

/// <summary>
/// Replaces or removes parts of the framework that it offers no setting for. The comment above says what an upgrade must check.
/// </summary>
internal static class FrameworkChanges
{
    /// <summary>Binds the methods of services by <see cref="ReadableMethods{TService}"/> instead of gRPC's own way.</summary>
    public static void ReplaceMethodBinding(this IServiceCollection services) =>
        services.RemoveAll(typeof(IServiceMethodProvider<>)).AddSingleton(typeof(IServiceMethodProvider<>), typeof(ReadableMethods<>));

    /// <summary>
    /// Takes out the filter of host names that the host puts before every call. The server puts one where browsers come in; a gRPC client
    /// may call the server by any name that it knows.
    /// </summary>
    public static void RemoveHostFiltering(this IServiceCollection services) => services.Remove(services.Single(
        service => service.ServiceType == typeof(IStartupFilter) && service.ImplementationType?.Name == "HostFilteringStartupFilter"));

    /// <summary>Keeps the host from authenticating every call. Admission does so, once for a connection.</summary>
    public static void SkipAuthenticationMiddleware(this IApplicationBuilder app) =>
        app.Properties["__AuthenticationMiddlewareSet"] = app.Properties["__AuthorizationMiddlewareSet"] = true;
}
