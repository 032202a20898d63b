namespace Syntha.Benchmarks.Load;

/// <summary>The flags used here.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,
    EndStream = 0x1,

    // In settings and pings the same bit means an acknowledgement.
    Acknowledge = EndStream,

    EndHeaders = 0x4,
}
