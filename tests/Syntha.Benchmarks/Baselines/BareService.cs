using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Syntha.Benchmarks.Baselines;

/// <summary>Answers with nothing, or with bytes.</summary>
internal sealed class BareService(BareBell bell) : BareContract
{
    private static readonly Empty NoBytes = new();
    private static readonly ConcurrentDictionary<int, BytesValue> Answers = [];

    public override Task<Empty> Nothing(Empty request, ServerCallContext context) => Task.FromResult(NoBytes);

    public override Task<BytesValue> Answer(Int32Value request, ServerCallContext context) => Task.FromResult(
        Answers.GetOrAdd(request.Value, static bytes => new() { Value = UnsafeByteOperations.UnsafeWrap(new byte[bytes]) }));

    public override Task<Empty> Ring(Empty request, ServerCallContext context)
    {
        bell.Ring();
        return Task.FromResult(NoBytes);
    }

    public override Task<Empty> Work(Int32Value request, ServerCallContext context)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began).TotalMicroseconds < request.Value)
        {
        }

        return Task.FromResult(NoBytes);
    }

    public override async Task Fan(Int32Value request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context)
    {
        var message = new BytesValue { Value = UnsafeByteOperations.UnsafeWrap(new byte[request.Value]) };
        var heard = bell.Rings;
        await responseStream.WriteAsync(new());
        while (true)
        {
            var next = bell.Next;
            for (; heard < bell.Rings; heard++)
            {
                await responseStream.WriteAsync(message);
            }

            await next.WaitAsync(context.CancellationToken);
        }
    }

    public override async Task Flow(Duration request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context)
    {
        var message = new BytesValue { Value = UnsafeByteOperations.UnsafeWrap(new byte[request.Nanos]) };
        await responseStream.WriteAsync(new());
        for (var sent = 0L; sent < request.Seconds; sent++)
        {
            await responseStream.WriteAsync(message);
        }
        // Open until the reader leaves, like our streams.
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
    }
}
