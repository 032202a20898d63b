namespace Syntha.Benchmarks.Load;

/// <summary>The flags used here.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,
    EndStream = 0x1,

    // On settings and pings the same bit is an acknowledgement.
    Acknowledge = EndStream,

    EndHeaders = 0x4,
}
