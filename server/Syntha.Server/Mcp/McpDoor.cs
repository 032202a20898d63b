using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Syntha.Server.Admission;
using Syntha.Server.Doors;

namespace Syntha.Server.Mcp;

/// <summary>
/// The door for hosts of the Model Context Protocol. It is the main type of the room Mcp. A request is admitted by its headers, then its
/// body is read within its bounds, then the package parses it and calls a handler. The server keeps no sessions: each request proves who
/// makes it. Thread-safe.
/// </summary>
internal sealed partial class McpDoor(DoorCalls doors, McpMetadata metadata, ILogger<McpDoor> logger)
{
    public const string AgentHeader = "agent-name";

    // Where an exception comes from that tells of text which is no JSON, or of half of a surrogate pair.
    private const string JsonReader = "System.Text.Json";

    private readonly ILogger<McpDoor> logger = logger;

    private static readonly Google.Protobuf.Reflection.MethodDescriptor Admission =
        V1.ToolHandler.Descriptor.FindMethodByName(nameof(V1.ToolHandler.ToolHandlerBase.CallTool));

    /// <summary>Puts the door before the package's own handler.</summary>
    public static void Guard(EndpointBuilder endpoint)
    {
        var handler = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = http => http.RequestServices.GetRequiredService<McpDoor>().EnterAsync(http, handler);
    }

    /// <summary>Gives the package the handlers of one request.</summary>
    public static Task ConfigureAsync(HttpContext http, McpServerOptions options, CancellationToken cancellationToken)
    {
        var call = http.Features.Get<McpCall>() ?? throw new InvalidOperationException("The request was not admitted.");
        options.Capabilities = new()
        {
            Tools = new() { ListChanged = true },
            // Only clients without sessions can listen.
            Resources = new() { ListChanged = true, Subscribe = call.IsStateless ? true : null },
            Prompts = new(),
            Completions = new(),
        };
        var logger = http.RequestServices.GetRequiredService<McpDoor>().logger;
        options.Filters.Message.IncomingFilters.Add(next => async (message, ended) =>
            await LoggedAsync(logger, async () =>
            {
                await next(message, ended);
                return true;
            }));
        options.Filters.Request.CallToolFilters.Add(next => (request, ended) =>
            new(LoggedAsync(logger, () => next(request, ended).AsTask())));
        var handlers = options.Handlers;
        handlers.ListToolsHandler = (_, _) => new(McpTools.ListAsync(call));
        handlers.CallToolHandler = (request, _) => new(McpTools.CallAsync(call, Demand(request.Params)));
        handlers.ListResourcesHandler = (request, _) => new(McpResources.ListAsync(call, request.Params?.Cursor));
        handlers.ListResourceTemplatesHandler = (_, _) => new(McpResources.Templates());
        handlers.ReadResourceHandler = (request, _) => new(McpResources.ReadAsync(call, Demand(request.Params).Uri));
        handlers.CompleteHandler = (request, _) => new(McpResources.CompleteAsync(call, Demand(request.Params)));
        handlers.ListPromptsHandler = (_, _) => new(McpPrompts.List());
        handlers.GetPromptHandler = (request, _) => new(McpPrompts.GetAsync(call, Demand(request.Params)));
        // Without sessions there is no way to tell such a client anything. The package would say yes.
        handlers.SubscribeToResourcesHandler = static (_, _) => throw McpErrors.NoSubscriptions();
        handlers.UnsubscribeFromResourcesHandler = static (_, _) => throw McpErrors.NoSubscriptions();
        handlers.SubscriptionsListenHandler = (request, ended) => new(McpListening.RunAsync(call, request, ended));
        return Task.CompletedTask;
    }

    private static T Demand<T>(T? parameters)
        where T : class => parameters ?? throw McpErrors.InvalidParams("The request needs `params`.");

    // The package answers any other exception in words that say nothing. Its own log is off, because it writes keys.
    private static async Task<T> LoggedAsync<T>(ILogger logger, Func<Task<T>> handle)
    {
        try
        {
            return await handle();
        }
        catch (Exception malformed) when (
            malformed is JsonException or InvalidOperationException
            && malformed.Source?.StartsWith(JsonReader, StringComparison.Ordinal) == true)
        {
            throw McpErrors.Of(Malformed());
        }
        catch (Exception fault) when (fault is not (McpException or OperationCanceledException))
        {
            LogUnexpected(logger, fault);
            throw;
        }
    }

    [LoggerMessage(3601, LogLevel.Error, "A request of MCP failed unexpectedly")]
    private static partial void LogUnexpected(ILogger logger, Exception fault);

    private async Task EnterAsync(HttpContext http, RequestDelegate handler)
    {
        // Without TLS, HTTP/2 is the port of gRPC, where nothing guards against pages in a browser.
        if (!http.Request.IsHttps && !HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var (admitted, refusal) = await doors.BeginAsync(http, Admission);
        if (admitted is null)
        {
            await RefuseAsync(http, refusal);
            return;
        }

        using (admitted)
        {
            if (AgentOf(http, admitted.Caller, out var agent) is { } wrong)
            {
                await RefuseAsync(http, CallFailure.Of(wrong));
                return;
            }

            var (body, late) = await admitted.ReadBodyAsync();
            if (body is null)
            {
                await RefuseAsync(http, late);
                return;
            }

            http.Features.Set<IRequestBodyPipeFeature>(null);
            http.Request.Body = new MemoryStream(body, writable: false);
            http.Features.Set(new McpCall(doors, admitted, http, agent));
            await HandleAsync(http, handler);
        }
    }

    // The package has an answer for most malformed messages. It throws at a name that is no text, or at a body that is not called JSON.
    private async Task HandleAsync(HttpContext http, RequestDelegate handler)
    {
        try
        {
            await handler(http);
        }
        catch (Exception malformed) when (malformed is InvalidOperationException or FormatException && !http.Response.HasStarted)
        {
            await RefuseAsync(http, CallFailure.Of(Malformed()));
        }
    }

    private static MeshException Malformed() =>
        new(ErrorReason.MessageMalformed, "The message cannot be read: it is not in the form of MCP.");

    // The mesh checks the name itself, and the admission holds a limited credential to its agent.
    private static MeshException? AgentOf(HttpContext http, Caller caller, out string agent)
    {
        var named = http.Request.Headers[AgentHeader];
        agent = named.Count == 0 ? caller.Credential?.Agent?.Value ?? "" : named[0] ?? "";
        return named.Count <= 1 && agent.Length > 0 ? null : new(
            ErrorReason.AgentInvalid, $"The request needs one header `{AgentHeader}`, or a credential that is limited to an agent.")
        {
            Field = AgentHeader,
        };
    }

    private Task RefuseAsync(HttpContext http, CallFailure? failure)
    {
        if (failure is null)
        {
            return Task.CompletedTask;
        }

        var answer = http.Response;
        answer.StatusCode = failure.Reason is { } reason ? ReasonStatus.Of(reason) : ReasonStatus.Of(failure.Code);
        if (failure.Code == StatusCode.Unauthenticated)
        {
            answer.Headers.WWWAuthenticate = metadata.Challenge(http);
        }

        if (failure.RetryAfter is { } delay)
        {
            answer.Headers.RetryAfter =
                Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        answer.Headers.CacheControl = "no-store";
        var data = new JsonObject();
        foreach (var (name, value) in McpErrors.DataOf(failure))
        {
            data[name] = value;
        }

        return Results.Json(
            new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = null,
                ["error"] = new JsonObject
                {
                    ["code"] = (int)McpErrors.CodeOf(failure),
                    ["message"] = failure.Message,
                    ["data"] = data,
                },
            }).ExecuteAsync(http);
    }
}
