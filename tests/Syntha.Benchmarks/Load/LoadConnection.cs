namespace Syntha.Benchmarks.Load;

/// <summary>
/// One HTTP/2 connection that keeps a fixed number of calls in flight, and checks the <c>grpc-status</c> of every answer. It blocks its
/// thread. Not thread-safe.
/// </summary>
internal sealed class LoadConnection(Uri address) : IDisposable
{
    // The window that every HTTP/2 peer grants at first. Kestrel may hold back half of it before it grants more.
    private const int SafeBytesInFlight = 65_535 / 2;

    private readonly FrameSocket socket = new(address);
    private readonly CallWriter calls = new(address.Authority);
    private readonly FrameBuffer output = new();
    private readonly Dictionary<int, int> slots = [];

    public long Answers { get; private set; }

    public long AnswerBytes { get; private set; }

    /// <summary>Keeps this many calls in flight, until there is no next call and all are answered.</summary>
    /// <param name="slotCount">How many calls are in flight.</param>
    /// <param name="next">Gives the next call of a slot; null: the load is over.</param>
    public void Run(int slotCount, Func<int, GrpcRequest?> next)
    {
        for (var slot = 0; slot < slotCount; slot++)
        {
            Write(slot, slotCount, next);
        }

        socket.Send(output);
        while (slots.Count > 0)
        {
            socket.Receive(frame => Take(frame, slot => Write(slot, slotCount, next)));
            socket.Send(output);
        }
    }

    public void Dispose() => socket.Dispose();

    private void Write(int slot, int slotCount, Func<int, GrpcRequest?> next)
    {
        if (next(slot) is not { } request)
        {
            return;
        }

        if (request.Body.Length * slotCount > SafeBytesInFlight)
        {
            throw new BenchmarkException("The bodies of this load need flow control, which its connection does not have.");
        }

        slots.Add(calls.Write(output, request), slot);
    }

    private void Take(Http2Frame frame, Action<int> answered)
    {
        if (frame.Type == FrameType.Data)
        {
            AnswerBytes += frame.Payload.Length;
        }

        if (!CallEnd.IsIn(frame))
        {
            return;
        }

        CallEnd.Confirm(frame);
        Answers++;
        slots.Remove(CallWriter.OrdinalOf(frame.StreamId), out var slot);
        answered(slot);
    }
}
