using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Syntha.Server.Doors;
using Syntha.Server.Http;
using Syntha.Server.Wire;

namespace Syntha.Server.Tests.Verifying;

/// <summary>
/// Makes calls of the contract through the HTTP door, so that what is written for gRPC goes there as well. What the door has no path for,
/// and names that a path cannot carry, go over gRPC. It counts both.
/// </summary>
internal sealed class HttpDoorInvoker(HttpClient http, CallInvoker grpc) : CallInvoker
{
    private static readonly string[] Unspeakable = ["", ".", ".."];

    private int overHttp;
    private int overGrpc;

    public (int Http, int Grpc) Calls => (overHttp, overGrpc);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        if (RequestOf(method, request, options) is not { } message)
        {
            Interlocked.Increment(ref overGrpc);
            return grpc.AsyncUnaryCall(method, host, options, request);
        }

        Interlocked.Increment(ref overHttp);
        return new(
            AskAsync<TResponse>(message.Request, message.Route, options.CancellationToken), Task.FromResult(new Metadata()),
            () => Grpc.Core.Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        if (RequestOf(method, request, options) is not { } message)
        {
            Interlocked.Increment(ref overGrpc);
            return grpc.AsyncServerStreamingCall(method, host, options, request);
        }

        Interlocked.Increment(ref overHttp);
        var ending = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        var events = EventsAsync<TResponse>(message.Request, ending.Token).GetAsyncEnumerator(ending.Token);
        return new(
            new Reader<TResponse>(events), Task.FromResult(new Metadata()), () => Grpc.Core.Status.DefaultSuccess, () => [],
            ending.Cancel);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        grpc.BlockingUnaryCall(method, host, options, request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => grpc.AsyncClientStreamingCall(method, host, options);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => grpc.AsyncDuplexStreamingCall(method, host, options);

    // Null: the door has no way to say this.
    private static (HttpRequestMessage Request, Route Route)? RequestOf<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, CallOptions options)
    {
        // Some attacks send bytes that are no message, or a tool that has a number and no name. A write of one item over HTTP has no guard
        // on a claim.
        if (request is not IMessage given
            || request is PushRequest { IfClaim: not null } or PatchRequest { IfClaim: not null } or RemoveRequest { IfClaim: not null }
            || (request is SetAccessRequest { Access: { } access } && !access.DeniedTools.All(System.Enum.IsDefined)))
        {
            return null;
        }

        var message = given.Descriptor.Parser.ParseFrom(given.ToByteArray());
        var route = Routes.All.LastOrDefault(route => $"/{route.Method.Service.FullName}/{route.Method.Name}" == method.FullName
            && (!route.IsAboutOneItem || !route.HasKeyInPath));
        if (route is null)
        {
            return null;
        }

        var sent = new HttpRequestMessage { Method = new(route.Verb) };
        var said = new HashSet<string>(StringComparer.Ordinal);
        var path = route.Path;
        foreach (var (name, field) in route.PathFields)
        {
            var text = TextOf(message, field).FirstOrDefault() ?? "";
            if (Unspeakable.Contains(text) || text.Contains('\0', StringComparison.Ordinal))
            {
                return null;
            }

            path = path.Replace($"{{{name}}}", Uri.EscapeDataString(text), StringComparison.Ordinal);
            said.Add(field);
        }

        AddHeaders(sent, message, route, options, said);
        var query = new List<string>();
        AddBody(sent, message, route, query, said);
        foreach (var (name, field) in route.QueryFields)
        {
            if (said.Contains(field) || said.Contains(field.Split('.')[0]))
            {
                continue;
            }

            query.AddRange(TextOf(message, field).Select(text => $"{name}={Uri.EscapeDataString(text)}"));
        }

        if (route.IsAboutOneItem && !query.Any(one => one.StartsWith("key=", StringComparison.Ordinal)))
        {
            query.Add("key=");
        }

        if (message is SubscribeRequest { Start.Snapshot: not null } or SubscribeToTopicsRequest { Start.Snapshot: not null })
        {
            query.Add("start=snapshot");
        }

        sent.RequestUri = new(query.Count == 0 ? path : $"{path}?{string.Join('&', query)}", UriKind.Relative);
        return (sent, route);
    }

    private static void AddHeaders(HttpRequestMessage sent, IMessage message, Route route, CallOptions options, HashSet<string> said)
    {
        foreach (var entry in options.Headers ?? [])
        {
            sent.Headers.TryAddWithoutValidation(entry.Key, entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value);
        }

        if (message is IRepeatableRequest { RequestId.Length: > 0 } repeatable)
        {
            sent.Headers.TryAddWithoutValidation("Idempotency-Key", repeatable.RequestId);
        }

        var guard = route.GuardField ?? "if_revision";
        if (MessageFields.Find(message.Descriptor, guard) is not null && TextOf(message, guard).FirstOrDefault() is { } revision)
        {
            sent.Headers.TryAddWithoutValidation(revision == "0" ? "If-None-Match" : "If-Match", revision == "0" ? "*" : $"\"{revision}\"");
        }

        if (message is SubscribeRequest { Start.After: { } after })
        {
            sent.Headers.TryAddWithoutValidation("Last-Event-ID", PositionText.Of(after));
        }
        else if (message is SubscribeToTopicsRequest { Start.After: { } place })
        {
            sent.Headers.TryAddWithoutValidation("Last-Event-ID", PositionText.Of(place));
        }

        said.UnionWith(["request_id", guard, "start"]);
    }

    private static void AddBody(HttpRequestMessage sent, IMessage message, Route route, List<string> query, HashSet<string> said)
    {
        if (route.Form == RouteForm.ReadItem)
        {
            query.Add("form=item");
        }
        else if (route.Form == RouteForm.WriteItem)
        {
            var item = (ItemWrite)MessageFields.Reach(message, "item.key").Holder;
            said.UnionWith(["item.value_json", "item.metadata_json"]);
            if (!item.HasMetadataJson)
            {
                sent.Content = new StringContent(item.ValueJson);
                return;
            }

            query.Add("form=item");
            sent.Content = ContentOf(item, "key", "if_revision");
            said.UnionWith(["item.topics", "item.subscribers", "item.ttl"]);
        }
        else if (route.Form == RouteForm.PatchItem)
        {
            sent.Content = ContentOf(((PatchRequest)message).Patch, "key", "if_revision");
            said.UnionWith(MessageFields.Leaves(ItemPatch.Descriptor).Where(field => field != "key").Select(field => $"patch.{field}"));
        }
        else if (route.Body == "")
        {
            sent.Content = ContentOf(message, [.. said, "as_agent"]);
            said.UnionWith(message.Descriptor.Fields.InDeclarationOrder().Select(field => field.Name).Where(name => name != "as_agent"));
        }
        else if (route.Body is { } name)
        {
            var field = message.Descriptor.FindFieldByName(name);
            var value = field.Accessor.GetValue(message);
            sent.Content = value is IMessage inner ? ContentOf(inner) : new StringContent(value as string ?? "null");
            said.Add(name);
        }
    }

    private static StringContent ContentOf(IMessage message, params IEnumerable<string> without)
    {
        var json = JsonNode.Parse(MessageWriter.Write(message).Span)!.AsObject();
        foreach (var name in without)
        {
            json.Remove(name);
        }

        return new(json.ToJsonString(), System.Text.Encoding.UTF8, MediaTypes.Json);
    }

    private static IEnumerable<string> TextOf(IMessage message, string path)
    {
        var (holder, field) = MessageFields.Reach(message, path);
        if (field.HasPresence && !field.Accessor.HasValue(holder))
        {
            return [];
        }

        var value = field.Accessor.GetValue(holder);
        return value switch
        {
            System.Collections.IList list => list.Cast<object>().Select(one => One(field, one)),
            false or 0 or 0L or "" when !field.HasPresence => [],
            System.Enum when System.Convert.ToInt32(value, CultureInfo.InvariantCulture) == 0 => [],
            _ => [One(field, value)],
        };
    }

    private static string One(FieldDescriptor field, object value) => value switch
    {
        System.Enum => MessageFields.NameOf(field.EnumType.FindValueByNumber(System.Convert.ToInt32(value, CultureInfo.InvariantCulture))),
        bool truth => truth ? "true" : "false",
        IMessage inner => JsonFormatter.Default.Format(inner).Trim('"'),
        _ => System.Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private async Task<TResponse> AskAsync<TResponse>(HttpRequestMessage request, Route route, CancellationToken cancellationToken)
    {
        using (request)
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (route.Form == RouteForm.ReadItem && response.Headers.TryGetValues("Syntha-Position", out var positions))
            {
                var read = new GetResponse { Item = response.IsSuccessStatusCode ? Read(body, new Item()) : null };
                Assert.True(PositionText.TryParse(positions.Single(), out var position));
                read.Position = position;
                return (TResponse)(object)read;
            }

            return response.IsSuccessStatusCode
                ? (TResponse)Read(body, route.Method.OutputType.Parser.ParseFrom([]))
                : throw Refusal(body, (int)response.StatusCode);
        }
    }

    private async IAsyncEnumerable<TResponse> EventsAsync<TResponse>(
        HttpRequestMessage request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using (request)
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw Refusal(await response.Content.ReadAsByteArrayAsync(cancellationToken), (int)response.StatusCode);
            }

            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            await foreach (var told in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            {
                var data = Encoding.UTF8.GetBytes(told.Data);
                if (told.EventType == "error")
                {
                    throw Refusal(data, 0);
                }

                var message = new SubscribeResponse();
                var field = SubscribeResponse.Descriptor.FindFieldByName(told.EventType);
                field.Accessor.SetValue(message, Read(data, field.MessageType.Parser.ParseFrom([])));
                yield return (TResponse)(object)message;
            }
        }
    }

    private static T Read<T>(byte[] json, T message)
        where T : IMessage
    {
        MessageReader.Read(json, message, "");
        return message;
    }

    // The reason is what the attacks judge. The status is that of a refusal of any kind.
    private static RpcException Refusal(byte[] problem, int status)
    {
        if (problem.Length == 0)
        {
            return new(new(StatusCode.Unknown, $"HTTP {status}"));
        }

        using var json = JsonDocument.Parse(problem);
        var detail = json.RootElement.GetProperty("detail").GetString()!;
        var refusal = new Google.Rpc.Status { Code = (int)Code.PermissionDenied, Message = detail };
        if (json.RootElement.TryGetProperty("reason", out var reason))
        {
            refusal.Details.Add(Any.Pack(new ErrorInfo { Domain = StatusMapper.Domain, Reason = reason.GetString() }));
        }

        return refusal.ToRpcException();
    }

    private sealed class Reader<T>(IAsyncEnumerator<T> events) : IAsyncStreamReader<T>
    {
        public T Current => events.Current;

        public Task<bool> MoveNext(CancellationToken cancellationToken) => events.MoveNextAsync().AsTask();
    }
}
