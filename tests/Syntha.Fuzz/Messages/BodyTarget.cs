using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Syntha.Fuzz.Engine;
using Syntha.Server.Admission;
using Syntha.Server.Gate;

namespace Syntha.Fuzz.Messages;

/// <summary>
/// The gate's look at the frame of a message. A message that it lets pass is there for gRPC byte for byte, from its beginning, whether it
/// came directly or through gRPC-Web. One that it refuses is larger than the limit. The first byte of the input says in what pieces it
/// comes.
/// </summary>
internal sealed class BodyTarget : FuzzTarget
{
    private const int Limit = 200;

    private readonly RequestBody gate;

    public BodyTarget()
    {
        var (options, lifetime) = (Options.Create(new ConnectionOptions()), new NoEnd());
        gate = new(new(options, lifetime, TimeProvider.System), new(options), lifetime);
    }

    public override string Name => "body";

    public override void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        var body = input[1..];
        Hold(body, 1 + (input[0] % 61), isDirect: true);
        Hold(body, 1 + (input[0] % 61), isDirect: false);
    }

    private void Hold(byte[] body, int pieces, bool isDirect)
    {
        var pipe = new Pipe();
        var http = new DefaultHttpContext();
        var request = new Request(pipe.Reader);
        http.Features.Set<IHttpRequestFeature>(isDirect ? request : new HttpRequestFeature());
        http.Features.Set<IRequestBodyPipeFeature>(request);
        var arriving = gate.ArriveAsync(http, "caller", Limit);
        foreach (var piece in body.Chunk(pieces))
        {
            Await(pipe.Writer.WriteAsync(piece).AsTask());
        }

        pipe.Writer.Complete();
        var arrival = Await(arriving.AsTask());
        var length = body.Length < 5 ? 0L : BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1));
        var isLarge = Math.Max(body.Length - 5, length) > Limit;
        var isLonger = body.Length - 5 > length;
        Demand(arrival.IsHere != (isLarge || isLonger), "The limit and the header's length do not decide.");
        // A message that is both is refused for what is seen first.
        var isExpected = arrival.Reason switch
        {
            null => arrival.IsHere,
            ErrorReason.RequestTooLarge => isLarge,
            ErrorReason.MessageMalformed => isLonger,
            _ => false,
        };
        Demand(isExpected, "The refusal has another reason.");
        if (arrival.IsHere)
        {
            var read = Await(http.Request.BodyReader.ReadAtLeastAsync(body.Length + 1).AsTask());
            Demand(read.Buffer.ToArray().AsSpan().SequenceEqual(body), "The message is not what was sent.");
        }

        arrival.Bytes?.Dispose();
    }

    // The pipe runs no callbacks on other threads than its writer's, except those of the pool.
    private static T Await<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private sealed class Request(PipeReader reader) : HttpRequestFeature, IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }

    private sealed class NoEnd : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}
