namespace Syntha.Server.Wire;

/// <summary>
/// Marks a call that did not come by gRPC, as a feature of its context. Its messages go to the writer of the call, and never as gRPC frames
/// onto the body of the answer.
/// </summary>
internal sealed class OtherDoor
{
    private OtherDoor()
    {
    }

    public static OtherDoor Mark { get; } = new();
}
