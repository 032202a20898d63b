namespace Syntha.Server.Tests.Streams.Recording;

/// <summary>One stream from its request to its end, with all its messages.</summary>
internal sealed class StreamRecord(StreamStart start)
{
    private readonly List<(long Moment, SubscribeResponse Message)> received = [];

    public StreamStart Start => start;

    public IReadOnlyList<(long Moment, SubscribeResponse Message)> Received => received;

    /// <summary>The stream's error; null: it ended with OK or has not ended.</summary>
    public RpcException? Failure { get; set; }

    public void Add(long moment, SubscribeResponse message) => received.Add((moment, message));
}
