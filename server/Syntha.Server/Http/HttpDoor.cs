using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.Features;
using Syntha.Server.Admission;
using Syntha.Server.Doors;

namespace Syntha.Server.Http;

/// <summary>
/// The contract as HTTP and JSON, under <c>/v1</c>. It is the main type of the room Http. It translates: a request becomes a message, and
/// an answer or a failure becomes a response. Every rule is that of the call within the server. Thread-safe.
/// </summary>
internal sealed class HttpDoor(DoorCalls calls, OpenApiPage description, TimeProvider time)
{
    private const string Prefix = "/v1/";
    private const string PositionHeader = "Syntha-Position";

    /// <summary>Serves a request, or hands it on when its path is not one of this door.</summary>
    public Task ServeAsync(HttpContext http, RequestDelegate next)
    {
        var target = RequestTarget.Of(http);
        return target.Path.StartsWith(Prefix, StringComparison.Ordinal) ? ServeAsync(http, target)
            : target.Path == OpenApiPage.Path && HttpMethods.IsGet(http.Request.Method) ? description.ServeAsync(http)
            : next(http);
    }

    private async Task ServeAsync(HttpContext http, RequestTarget target)
    {
        // One address serves many users, so that no cache may mix them up.
        http.Response.Headers.Vary = "Authorization, user-id";
        // A value is data, also where a browser would take it for a page.
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var query = target.Query;
        var namesKey = query.StartsWith("key=", StringComparison.Ordinal) || query.Contains("&key=", StringComparison.Ordinal);
        if (Routes.Find(http.Request.Method, target.Path, namesKey, out var values, out var verbs) is not { } route)
        {
            await RefuseAsync(http, verbs);
            return;
        }

        http.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new("http.route", route.Path));
        var begun = await calls.BeginAsync(http, route.Method);
        if (begun.Answer is not { } call)
        {
            await FailAsync(http, begun.Failure);
            return;
        }

        using (call)
        {
            try
            {
                await ServeAsync(http, route, RequestBinder.Bind(route, values, target, http.Request.Headers), call);
            }
            catch (MeshException refusal)
            {
                await FailAsync(http, CallFailure.Of(refusal));
            }
        }
    }

    private async Task ServeAsync(HttpContext http, Route route, BoundRequest bound, DoorCall call)
    {
        if (route.HasBody)
        {
            var body = await call.ReadBodyAsync();
            if (body.Answer is null)
            {
                await FailAsync(http, body.Failure);
                return;
            }

            RequestBinder.BindBody(route, bound, http.Request.ContentType, body.Answer);
        }

        if (route.Form == RouteForm.Stream)
        {
            await StreamAsync(http, bound, call);
            return;
        }

        if (bound.Epoch is not null && await EpochFaultAsync(http, bound) is { } other)
        {
            await FailAsync(http, other);
            return;
        }

        var result = await call.AnswerAsync(bound.Message);
        if (result.Answer is not { } answer)
        {
            await FailAsync(http, result.Failure);
        }
        else if (answer is V1.GetResponse read)
        {
            await AnswerItemAsync(http, read, bound.IsWholeItem);
        }
        else
        {
            await AnswerAsync(http, answer);
        }
    }

    // A guard on the wire has a revision and no epoch. In another life of the store the same revision may be another item.
    private async Task<CallFailure?> EpochFaultAsync(HttpContext http, BoundRequest bound)
    {
        var acting = (V1.IActingRequest)bound.Message;
        var key = acting switch
        {
            V1.PushRequest push => push.Item.Key,
            V1.PatchRequest patch => patch.Patch.Key,
            V1.RemoveRequest remove => remove.Key,
            _ => throw new NotSupportedException($"{acting.GetType().Name} has no guard."),
        };
        var request = new V1.GetRequest { Key = key, View = V1.ItemView.Keys };
        var method = V1.ContextMesh.Descriptor.FindMethodByName("Get");
        if (acting.HasAsAgent)
        {
            request.AsAgent = acting.AsAgent;
            method = V1.ToolHandler.Descriptor.FindMethodByName("GetContext");
        }

        var begun = await calls.BeginAsync(http, method);
        using var call = begun.Answer;
        if (call is null)
        {
            return begun.Failure;
        }

        var result = await call.AnswerAsync<V1.GetRequest, V1.GetResponse>(request);
        return result.Failure ?? (result.Answer!.Position.Epoch == bound.Epoch ? null : CallFailure.Of(new MeshException(
            ErrorReason.RevisionMismatch, "The ETag is of another life of the store.")));
    }

    private async Task StreamAsync(HttpContext http, BoundRequest bound, DoorCall call)
    {
        var start = EventStream.StartOf(http.Request.Headers[EventStream.LastEventId], bound.Start);
        var events = new EventStream(http, time);
        CallFailure? failure;
        if (bound.Message is V1.SubscribeRequest owners)
        {
            owners.Start = start;
            failure = await call.StreamAsync<V1.SubscribeRequest, V1.SubscribeResponse>(owners, events.WriteAsync);
        }
        else
        {
            var agents = (V1.SubscribeToTopicsRequest)bound.Message;
            agents.Start = start;
            failure = await call.StreamAsync<V1.SubscribeToTopicsRequest, V1.SubscribeResponse>(agents, events.WriteAsync);
        }

        if (failure is not null)
        {
            await (http.Response.HasStarted ? events.FailAsync(failure) : FailAsync(http, failure));
        }
    }

    private static async Task AnswerItemAsync(HttpContext http, V1.GetResponse read, bool isWhole)
    {
        var headers = http.Response.Headers;
        headers[PositionHeader] = PositionText.Of(read.Position);
        if (read.Item is not { } item)
        {
            await Problem.WriteAsync(
                http, StatusCodes.Status404NotFound, "There is no item with this key that the caller may read.",
                "Check the key, or write the item.");
            return;
        }

        var tag = ItemTag.Of(read.Position, item.Revision);
        headers.ETag = tag;
        headers.LastModified = item.UpdateTime.ToDateTimeOffset().ToString("R");
        // A copy may be kept by the caller alone, who asks each time whether it still holds.
        headers.CacheControl = "private, no-cache";
        if (http.Request.Headers.IfNoneMatch is { Count: > 0 } known && ItemTag.IsIn(known.ToString(), tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await WriteAsync(http, isWhole ? MessageWriter.Write(item) : Encoding.UTF8.GetBytes(item.ValueJson));
    }

    private static Task AnswerAsync(HttpContext http, IMessage answer)
    {
        if (answer.Descriptor.FindFieldByName("position")?.Accessor.GetValue(answer) is V1.Position position)
        {
            http.Response.Headers[PositionHeader] = PositionText.Of(position);
            // A patch that changes nothing is answered with the mesh's position, which need not be the item's.
            if (answer is V1.PushResponse)
            {
                http.Response.Headers.ETag = ItemTag.Of(position, position.Revision);
            }
        }

        http.Response.Headers.CacheControl = "no-store";
        return WriteAsync(http, MessageWriter.Write(answer));
    }

    private static async Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentType = MediaTypes.Json;
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body, CancellationToken.None);
    }

    private static Task RefuseAsync(HttpContext http, List<string> verbs)
    {
        // A stranger's request costs its connection, as every refused call does.
        if (OpenConnections.Of(http) is { IsProven: false } connection)
        {
            connection.CountWasted();
        }

        if (verbs.Count == 0)
        {
            return Problem.WriteAsync(
                http, StatusCodes.Status404NotFound, "There is no such path.",
                "/openapi/v1.json lists the paths. The empty key, and keys with dot segments, are given as /v1/context?key=.");
        }

        http.Response.Headers.Allow = string.Join(", ", verbs.Distinct());
        return Problem.WriteAsync(
            http, StatusCodes.Status405MethodNotAllowed, "The path does not take this method.", "Use a method that `Allow` names.");
    }

    private static Task FailAsync(HttpContext http, CallFailure? failure)
    {
        if (failure is not null)
        {
            return Problem.WriteAsync(http, failure);
        }

        // The client has gone.
        http.Abort();
        return Task.CompletedTask;
    }
}
