using System.Text.Json.Nodes;

using Google.Protobuf;
using Google.Protobuf.Reflection;

using Grpc.Core;
using Grpc.Net.Client;

using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>The contract without the client: any call by its name, in JSON.</summary>
internal sealed class WireCalls(string address) : IDisposable
{
    private readonly GrpcChannel channel = GrpcChannel.ForAddress(address);

    public void Dispose() => channel.Dispose();

    internal async Task<JsonObject> CallAsync(
        string? userId,
        string method,
        JsonObject request,
        bool pages,
        CancellationToken cancellationToken)
    {
        var answer = await CallOnceAsync(userId, method, request, cancellationToken);
        while (pages && answer["nextPageToken"] is { } token)
        {
            var page = await CallOnceAsync(userId, method, With(request, "pageToken", token), cancellationToken);
            foreach (var (name, value) in answer.ToList())
            {
                if (value is JsonArray earlier)
                {
                    page[name] = new JsonArray([.. earlier.Concat(page[name]?.AsArray() ?? []).Select(item => item?.DeepClone())]);
                }
            }

            answer = page;
        }

        return answer;
    }

    /// <summary>Opens a stream that is expected to fail.</summary>
    internal async Task OpenAsync(string? userId, string method, JsonObject request, CancellationToken cancellationToken)
    {
        var descriptor = DescriptorOf(method);
        using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(
            MethodOf(descriptor, MethodType.ServerStreaming),
            host: null,
            OptionsOf(userId, cancellationToken),
            MessageOf(descriptor, request));
        await call.ResponseStream.MoveNext(cancellationToken);
    }

    private static MethodDescriptor DescriptorOf(string method)
    {
        var names = method.Split('/');
        var service = Contract.Services.Single(service => service.Name == names[0]);
        return service.FindMethodByName(names[1]) ?? throw new ArgumentException($"The contract has no {method}.", nameof(method));
    }

    private static Method<IMessage, IMessage> MethodOf(MethodDescriptor method, MethodType type) => new(
        type,
        method.Service.FullName,
        method.Name,
        Marshallers.Create<IMessage>(message => message.ToByteArray(), method.InputType.Parser.ParseFrom),
        Marshallers.Create<IMessage>(message => message.ToByteArray(), method.OutputType.Parser.ParseFrom));

    private static IMessage MessageOf(MethodDescriptor method, JsonObject request) =>
        JsonParser.Default.Parse(request.ToJsonString(), method.InputType);

    private static CallOptions OptionsOf(string? userId, CancellationToken cancellationToken) =>
        new(userId is null ? [] : new Metadata { { "user-id", userId } }, cancellationToken: cancellationToken);

    private static JsonObject With(JsonObject request, string name, JsonNode value)
    {
        var copy = request.DeepClone().AsObject();
        copy[name] = value.DeepClone();
        return copy;
    }

    private async Task<JsonObject> CallOnceAsync(string? userId, string method, JsonObject request, CancellationToken cancellationToken)
    {
        var descriptor = DescriptorOf(method);
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(
            MethodOf(descriptor, MethodType.Unary), host: null, OptionsOf(userId, cancellationToken), MessageOf(descriptor, request));
        return JsonNode.Parse(JsonFormatter.Default.Format(await call.ResponseAsync))!.AsObject();
    }
}
