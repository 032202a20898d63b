using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Syntha.Benchmarks.Baselines;

/// <summary>
/// One unary call, empty in and empty out. It is bound by hand, with the marshaller that generated code uses, because only the protos
/// project runs Grpc.Tools.
/// </summary>
[BindServiceMethod(typeof(BareContract), nameof(Bind))]
internal abstract class BareContract
{
    public const string NothingPath = "/syntha.benchmarks.Bare/" + nameof(Nothing);

    private static readonly Marshaller<Empty> EmptyMarshaller = Marshallers.Create(
        static (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        static context => Empty.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    private static readonly Method<Empty, Empty> NothingMethod =
        new(MethodType.Unary, "syntha.benchmarks.Bare", nameof(Nothing), EmptyMarshaller, EmptyMarshaller);

    /// <summary>
    /// Called by Grpc.AspNetCore through the attribute. It looks for an override of the method's name, as generated code has one.
    /// </summary>
    public static void Bind(ServiceBinderBase binder, BareContract? service) =>
        binder.AddMethod(NothingMethod, service is null ? null : service.Nothing);

    public abstract Task<Empty> Nothing(Empty request, ServerCallContext context);
}
