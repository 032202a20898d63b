namespace Syntha.Client;

/// <summary>What an undo may carry. Who acts is decided by the plan. Immutable.</summary>
public sealed record UndoOptions
{
    /// <summary>
    /// Whether an obstacle refuses the whole undo, with <see cref="SynthaConflictException"/>. <see langword="false"/> (default): what has
    /// an obstacle is left alone.
    /// </summary>
    public bool AllOrNothing { get; init; }

    /// <inheritdoc cref="WriteOptions.RequestId"/>
    public Guid? RequestId { get; init; }
}
