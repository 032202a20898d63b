namespace Syntha.Client;

/// <summary>What can keep an undo from a key.</summary>
public enum UndoObstacleKind
{
    /// <summary>A kind that this version of the client does not know.</summary>
    Unknown = 0,

    /// <summary>A command that is not undone has changed it since.</summary>
    BuiltOn = 1,

    /// <summary>The value that would come back was redacted.</summary>
    Redacted = 2,

    /// <summary>The agent may not read the former item, or not post to its routing or to that of the present one.</summary>
    NotAllowed = 3,
}
