using Google.Protobuf;
using Grpc.Core;
using Syntha.Server.Admission;

namespace Syntha.Server.Doors;

/// <summary>A method of the contract, with all that stands around it on gRPC.</summary>
internal abstract record ContractMethod(Endpoint Endpoint, MethodType Type)
{
    public Realm Realm { get; } = Endpoint.Metadata.GetRequiredMetadata<Realm>();

    /// <summary>Whether calls end by themselves when the server stops. The streams of operators do not.</summary>
    public bool IsShort => Type == MethodType.Unary || Realm.HasUser;

    /// <summary>Makes a call that has one answer.</summary>
    public virtual Task<IMessage> AnswerAsync(IMessage request, ServerCallContext context) =>
        throw new NotSupportedException("The method answers with a stream.");
}

/// <summary>A method with one answer. Its service is behind the interceptors.</summary>
internal sealed record AnsweringMethod<TRequest, TResponse>(Endpoint Endpoint, UnaryServerMethod<TRequest, TResponse> CallAsync)
    : ContractMethod(Endpoint, MethodType.Unary)
    where TRequest : class
    where TResponse : class
{
    public override async Task<IMessage> AnswerAsync(IMessage request, ServerCallContext context) =>
        (IMessage)await CallAsync((TRequest)request, context);
}

/// <summary>A method with a stream of answers. Its service is behind the interceptors.</summary>
internal sealed record StreamingMethod<TRequest, TResponse>(Endpoint Endpoint, ServerStreamingServerMethod<TRequest, TResponse> CallAsync)
    : ContractMethod(Endpoint, MethodType.ServerStreaming)
    where TRequest : class
    where TResponse : class;
