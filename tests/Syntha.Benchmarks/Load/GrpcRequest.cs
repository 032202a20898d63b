using System.Buffers.Binary;
using Google.Protobuf;

namespace Syntha.Benchmarks.Load;

/// <summary>One unary call in the form that is sent: path, caller and the framed message.</summary>
/// <param name="Path">The method's path.</param>
/// <param name="UserId">The <c>user-id</c> header; null: none.</param>
/// <param name="Body">The message behind gRPC's five bytes of framing.</param>
internal sealed record GrpcRequest(string Path, string? UserId, byte[] Body)
{
    public const int FramingBytes = 5;

    /// <summary>The <c>authorization</c> header; null: none.</summary>
    public string? Authorization { get; init; }

    public static GrpcRequest Of(string path, string? userId, IMessage message) => Of(path, userId, message.ToByteArray());

    /// <summary>A call with an encoded message.</summary>
    public static GrpcRequest Of(string path, string? userId, byte[] message)
    {
        var body = new byte[FramingBytes + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body, FramingBytes);
        return new(path, userId, body);
    }
}
