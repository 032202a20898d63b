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
/// <para>
/// Each method is bound with all that stands around it, so that no call can pass by. The service is a singleton. One that is not
/// registered, as that of health, is made once for each of its methods. It is asked for at the first call.
/// </para>
/// </summary>
internal sealed class ReadableMethods<TService>(AroundMethods around, IServiceProvider services) : IServiceMethodProvider<TService>
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
                .Invoke(null, [new Binder(context, around, services), null]);
            return;
        }
    }

    private sealed class Binder(ServiceMethodProviderContext<TService> context, AroundMethods around, IServiceProvider services)
        : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            var call = new Lazy<UnaryServerMethod<TRequest, TResponse>>(
                () => around.Around(Own<UnaryServerMethod<TRequest, TResponse>>(method)));
            context.AddUnaryMethod(
                Readable(method, AnswerBytes.Sender(method.ResponseMarshaller.ContextualSerializer)), Metadata(method),
                (_, request, context) => call.Value(request, context));
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var call = new Lazy<ClientStreamingServerMethod<TRequest, TResponse>>(
                () => around.Around(Own<ClientStreamingServerMethod<TRequest, TResponse>>(method)));
            context.AddClientStreamingMethod(
                Readable(method), Metadata(method), (_, requests, context) => call.Value(requests, context));
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var call = new Lazy<ServerStreamingServerMethod<TRequest, TResponse>>(
                () => around.Around(Own<ServerStreamingServerMethod<TRequest, TResponse>>(method)));
            context.AddServerStreamingMethod(
                Readable(method), Metadata(method), (_, request, responses, context) => call.Value(request, responses, context));
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var call = new Lazy<DuplexStreamingServerMethod<TRequest, TResponse>>(
                () => around.Around(Own<DuplexStreamingServerMethod<TRequest, TResponse>>(method)));
            context.AddDuplexStreamingMethod(
                Readable(method), Metadata(method), (_, requests, responses, context) => call.Value(requests, responses, context));
        }

        // The method of the service itself, with nothing around it.
        private TDelegate Own<TDelegate>(IMethod method)
            where TDelegate : Delegate => Implementation(method).CreateDelegate<TDelegate>(
                ActivatorUtilities.GetServiceOrCreateInstance<TService>(services));

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
