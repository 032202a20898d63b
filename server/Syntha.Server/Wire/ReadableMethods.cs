using System.Reflection;
using System.Text;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace Syntha.Server.Wire;

/// <summary>
/// Binds the methods of a service as gRPC does, except for messages that cannot be read. gRPC reads a message before any interceptor sees
/// the call. When the reading fails, gRPC answers UNKNOWN and logs an error of the server. Here the answer is a refusal with a reason.
/// This costs nothing when the message can be read. Answers that are already written are sent as they are.
/// </summary>
internal sealed class ReadableMethods<TService> : IServiceMethodProvider<TService>
    where TService : class
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
    {
        for (var type = typeof(TService).BaseType; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>() is not { } generated)
            {
                continue;
            }
            // Without a service, the generated code only names its methods.
            generated.BindType.GetMethod(generated.BindMethodName, [typeof(ServiceBinderBase), type])!
                .Invoke(null, [new Binder(context), null]);
            return;
        }
    }

    private sealed class Binder(ServiceMethodProviderContext<TService> context) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            context.AddUnaryMethod(
                Readable(method, AnswerBytes.Sender(method.ResponseMarshaller.ContextualSerializer)), Metadata(method),
                Invoker<UnaryServerMethod<TService, TRequest, TResponse>>(method));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddClientStreamingMethod(
                Readable(method), Metadata(method), Invoker<ClientStreamingServerMethod<TService, TRequest, TResponse>>(method));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddServerStreamingMethod(
                Readable(method), Metadata(method), Invoker<ServerStreamingServerMethod<TService, TRequest, TResponse>>(method));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddDuplexStreamingMethod(
                Readable(method), Metadata(method), Invoker<DuplexStreamingServerMethod<TService, TRequest, TResponse>>(method));

        private static TDelegate Invoker<TDelegate>(IMethod method)
            where TDelegate : Delegate => Implementation(method).CreateDelegate<TDelegate>();

        private static List<object> Metadata(IMethod method) =>
        [
            .. typeof(TService).GetCustomAttributes(inherit: true), .. Implementation(method).GetCustomAttributes(inherit: true),
            new HttpMethodMetadata(["POST"], acceptCorsPreflight: true),
        ];

        private static MethodInfo Implementation(IMethod method) => typeof(TService).GetMethod(method.Name)!;

        private static Method<TRequest, TResponse> Readable<TRequest, TResponse>(Method<TRequest, TResponse> method) =>
            new(method.Type, method.ServiceName, method.Name, Readable(method.RequestMarshaller), method.ResponseMarshaller);

        private static Method<TRequest, TResponse> Readable<TRequest, TResponse>(
            Method<TRequest, TResponse> method, Action<TResponse, SerializationContext> send) =>
            new(
                method.Type, method.ServiceName, method.Name, Readable(method.RequestMarshaller),
                new(send, method.ResponseMarshaller.ContextualDeserializer));

        private static Marshaller<T> Readable<T>(Marshaller<T> marshaller) => new(marshaller.ContextualSerializer, message =>
        {
            if (MessageParts.MayBeTooMany(message.PayloadLength)
                && MessageParts.Count(MessageParts.TypeOf<T>(), message.PayloadAsReadOnlySequence()) is > MessageParts.Most and var parts)
            {
                throw StatusMapper.ToRpcException(MeshException.OverLimit(
                    ErrorReason.RequestTooLarge, "The message has too many parts", MessageParts.Most, parts, "nested messages"));
            }

            try
            {
                return marshaller.ContextualDeserializer(message);
            }
            catch (Exception unreadable) when (unreadable is InvalidProtocolBufferException or DecoderFallbackException)
            {
                throw StatusMapper.ToRpcException(new MeshException(
                    ErrorReason.MessageMalformed,
                    "The message cannot be read. It is not a protobuf message of this method's type, or it has text that is not UTF-8.")
                {
                    Field = "",
                });
            }
        });
    }
}
