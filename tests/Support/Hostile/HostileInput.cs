using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Syntha.Tests.Support.Hostile;

/// <summary>
/// Sends input to every method of every service that no client would send: random bytes, messages with changed bytes, well-formed messages
/// without meaning, frames with a false length, malformed headers. The same seed sends the same input.
/// </summary>
internal sealed class HostileInput : IDisposable
{
    private const int Internal = 13;
    private const int Unknown = 2;

    private static readonly (string Path, MessageDescriptor? Type, bool IsStream)[] Methods =
    [
        .. ((FileDescriptor[])
            [
                V1.ContextMeshServiceReflection.Descriptor, V1.ToolHandlerServiceReflection.Descriptor,
                V1.AdministrationServiceReflection.Descriptor, V1.DiscoveryServiceReflection.Descriptor,
            ])
            .SelectMany(file => file.Services)
            .SelectMany(service => service.Methods)
            .Select(rpc => ($"/{rpc.Service.FullName}/{rpc.Name}", (MessageDescriptor?)rpc.InputType, rpc.IsServerStreaming)),
        ("/grpc.health.v1.Health/Check", null, false), ("/grpc.health.v1.Health/Watch", null, true),
        ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", null, true), ("/syntha.v1.ContextMesh/NoSuchMethod", null, false),
    ];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("user-id", ""), ("user-id", "../hostile"), ("user-id", "a,b"), ("user-id", new string('a', 9_000)),
        ("authorization", "Bearer x"), ("authorization", "Basic ===="),
        ("grpc-timeout", "1n"), ("grpc-timeout", "99999999999H"), ("grpc-timeout", "x"),
        ("grpc-encoding", "gzip"), ("grpc-encoding", "nonsense"),
        ("grpc-accept-encoding", "\t,,;"), ("grpc-status", "0"), ("x-bin", "not base 64!"), ("traceparent", "00-zz-zz-zz"),
    ];

    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true });
    private readonly Uri server;
    private readonly Random random;
    private readonly RandomMessages messages;
    private readonly ConcurrentDictionary<string, int> answers = new(StringComparer.Ordinal);

    public HostileInput(Uri server, int seed)
    {
        (this.server, random) = (server, new Random(seed));
        messages = new(random);
    }

    /// <summary>The answers that a server must not give. Each is listed once.</summary>
    public ConcurrentDictionary<string, bool> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>How often each status was answered.</summary>
    public IReadOnlyDictionary<string, int> Answers => answers;

    /// <summary>How many paths are attacked.</summary>
    public static int MethodCount => Methods.Length;

    /// <summary>Sends calls to all methods in turn, until this many bytes are sent.</summary>
    public async Task SendAsync(long bytes, CancellationToken cancellationToken)
    {
        for (var number = 0; bytes > 0; number++)
        {
            var (path, type, isStream) = Methods[number % Methods.Length];
            var kind = random.Next(8);
            var (frame, isWhole) = kind switch
            {
                0 => (Framed(Noise(random.Next(20) == 0 ? 300_000 : 2_000)), true),
                1 or 2 or 3 when type is not null => (Framed(Changed(messages.Of(type).ToByteArray())), true),
                4 or 5 or 6 when type is not null => (Framed(messages.Of(type).ToByteArray()), true),
                _ => (Broken(type is null ? Noise(500) : messages.Of(type).ToByteArray()), false),
            };
            var header = random.Next(5) == 0 ? Headers[random.Next(Headers.Length)] : default;
            bytes -= frame.Length + path.Length;
            await CallAsync(path, frame, header, isStream, isWhole, cancellationToken);
        }
    }

    /// <summary>A rightful call amidst all this: it must be served as ever.</summary>
    public async Task<bool> ServesRightfulCallersAsync(CancellationToken cancellationToken)
    {
        var value = random.NextInt64().ToString(CultureInfo.InvariantCulture);
        var push = Framed(new V1.PushRequest { Item = new() { Key = "kept", ValueJson = value } }.ToByteArray());
        await AnswerAsync("/syntha.v1.ContextMesh/Push", push, "rightful", cancellationToken);
        var get = Framed(new V1.GetRequest { Key = "kept" }.ToByteArray());
        var answer = await AnswerAsync("/syntha.v1.ContextMesh/Get", get, "rightful", cancellationToken);
        return answer.Length > 5 && V1.GetResponse.Parser.ParseFrom(answer.AsSpan(5).ToArray()).Item?.ValueJson == value;
    }

    public void Dispose() => client.Dispose();

    private async Task CallAsync(
        string path,
        byte[] body,
        (string Name, string Value) header,
        bool isStream,
        bool isWellFramed,
        CancellationToken cancellationToken)
    {
        using var request = Request(path, body, header.Name == "user-id" ? header.Value : $"hostile{random.Next(8)}");
        if (header.Name is not null and not "user-id")
        {
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            string? status = null;
            if (response.Headers.TryGetValues("grpc-status", out var early))
            {
                status = early.First();
            }
            else if (!isStream)
            {
                await response.Content.ReadAsByteArrayAsync(cancellationToken);
                status = response.TrailingHeaders.TryGetValues("grpc-status", out var late) ? late.First() : null;
            }
            Judge(path, status, response.StatusCode, isWellFramed);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            // The server may end the stream when a header is invalid in HTTP/2. This side's client refuses to send some of them.
            answers.AddOrUpdate("broken off", 1, (_, count) => count + 1);
            if (isWellFramed && header.Name is null)
            {
                Faults[$"{path}: {broken.Message}"] = true;
            }
        }
    }

    private void Judge(string path, string? status, HttpStatusCode http, bool isWellFramed)
    {
        answers.AddOrUpdate(status ?? (http == HttpStatusCode.OK ? "a stream" : http.ToString()), 1, (_, count) => count + 1);
        // gRPC itself answers a broken frame with these, before the server's own code sees it.
        if ((isWellFramed && (status == Number(Internal) || status == Number(Unknown))) || (int)http >= 500)
        {
            Faults[$"{path} answered status {status}, HTTP {(int)http}"] = true;
        }
    }

    private async Task<byte[]> AnswerAsync(string path, byte[] frame, string user, CancellationToken cancellationToken)
    {
        using var request = Request(path, frame, user);
        using var response = await client.SendAsync(request, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    private HttpRequestMessage Request(string path, byte[] body, string user)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-id", user);
        return request;
    }

    private byte[] Broken(byte[] message)
    {
        var frame = Framed(message);
        switch (random.Next(5))
        {
            case 0:
                BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length + 1 + random.Next(1_000));
                break;
            case 1:
                BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), uint.MaxValue - (uint)random.Next(9));
                break;
            case 2:
                frame[0] = (byte)(1 + random.Next(255));
                break;
            case 3:
                return frame[..random.Next(frame.Length)];
            default:
                return [.. frame, .. frame];
        }
        return frame;
    }

    private byte[] Changed(byte[] message)
    {
        for (var more = 1 + random.Next(8); more > 0 && message.Length > 0; more--)
        {
            message[random.Next(message.Length)] = (byte)random.Next(256);
        }

        return message;
    }

    private byte[] Noise(int most)
    {
        var bytes = new byte[random.Next(most)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Number(int status) => status.ToString(CultureInfo.InvariantCulture);

    private static byte[] Framed(byte[] message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }
}
