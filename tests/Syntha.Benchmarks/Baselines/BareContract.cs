using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Syntha.Benchmarks.Baselines;

/// <summary>
/// The least that gRPC can do: unary calls with an empty request and an empty or a small answer, and streams of fixed messages. It is bound
/// by hand, with the marshaller of generated code, because only the protos project runs Grpc.Tools.
/// </summary>
[BindServiceMethod(typeof(BareContract), nameof(Bind))]
internal abstract class BareContract
{
    public const string NothingPath = Service + "/" + nameof(Nothing);
    public const string AnswerPath = Service + "/" + nameof(Answer);
    public const string RingPath = Service + "/" + nameof(Ring);
    public const string FanPath = Service + "/" + nameof(Fan);
    public const string FlowPath = Service + "/" + nameof(Flow);
    public const string WorkPath = Service + "/" + nameof(Work);

    private const string ServiceName = "syntha.benchmarks.Bare";
    private const string Service = "/" + ServiceName;

    /// <summary>
    /// Grpc.AspNetCore calls it because of the attribute. It looks for an override with the method's name, as generated code has one.
    /// </summary>
    public static void Bind(ServiceBinderBase binder, BareContract? service)
    {
        binder.AddMethod(
            MethodOf<Empty, Empty>(MethodType.Unary, nameof(Nothing), Empty.Parser, Empty.Parser),
            service is null ? null : service.Nothing);
        binder.AddMethod(
            MethodOf<Int32Value, BytesValue>(MethodType.Unary, nameof(Answer), Int32Value.Parser, BytesValue.Parser),
            service is null ? null : service.Answer);
        binder.AddMethod(
            MethodOf<Empty, Empty>(MethodType.Unary, nameof(Ring), Empty.Parser, Empty.Parser), service is null ? null : service.Ring);
        binder.AddMethod(
            MethodOf<Int32Value, BytesValue>(MethodType.ServerStreaming, nameof(Fan), Int32Value.Parser, BytesValue.Parser),
            service is null ? null : service.Fan);
        binder.AddMethod(
            MethodOf<Duration, BytesValue>(MethodType.ServerStreaming, nameof(Flow), Duration.Parser, BytesValue.Parser),
            service is null ? null : service.Flow);
        binder.AddMethod(
            MethodOf<Int32Value, Empty>(MethodType.Unary, nameof(Work), Int32Value.Parser, Empty.Parser),
            service is null ? null : service.Work);
    }

    public abstract Task<Empty> Nothing(Empty request, ServerCallContext context);

    /// <summary>Answers with this many bytes, always the same ones.</summary>
    public abstract Task<BytesValue> Answer(Int32Value request, ServerCallContext context);

    /// <summary>Makes every open <see cref="Fan"/> send one more message.</summary>
    public abstract Task<Empty> Ring(Empty request, ServerCallContext context);

    /// <summary>
    /// Sends an empty message at once, and then a message of this many bytes for each ring. Without rings it is an idle stream.
    /// </summary>
    public abstract Task Fan(Int32Value request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context);

    /// <summary>
    /// Sends an empty message, and then messages as fast as possible: their number is the request's seconds, their size its nanos.
    /// </summary>
    public abstract Task Flow(Duration request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context);

    /// <summary>Keeps a processor busy for this many microseconds, and answers with nothing.</summary>
    public abstract Task<Empty> Work(Int32Value request, ServerCallContext context);

    private static Method<TRequest, TResponse> MethodOf<TRequest, TResponse>(
        MethodType type, string name, MessageParser<TRequest> requests, MessageParser<TResponse> responses)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(type, ServiceName, name, MarshallerOf(requests), MarshallerOf(responses));

    private static Marshaller<T> MarshallerOf<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create<T>(
        static (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
