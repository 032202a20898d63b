namespace Syntha.Client;

/// <summary>
/// What an undo takes back: the items that commands wrote and removed. As the owner, without <see cref="Author"/>, also what they changed
/// about agents. Immutable.
/// </summary>
public sealed record UndoScope
{
    private readonly V1.UndoScope wire;

    private UndoScope(V1.UndoScope wire) => this.wire = wire;

    /// <summary>
    /// Only changes that this agent made. <see langword="null"/> (default): all changes of the commands. An agent takes back only what it
    /// made itself.
    /// </summary>
    public string? Author { get; init; }

    /// <summary>One command.</summary>
    /// <param name="position">Its position, such as <see cref="PushReceipt.Position"/>.</param>
    /// <returns>The scope.</returns>
    public static UndoScope Command(Position position) => new(new V1.UndoScope { Command = position.ToWire() });

    /// <summary>All commands behind a position.</summary>
    /// <param name="position">The position before the first command.</param>
    /// <param name="through">The position of the last command. <see langword="null"/>: that of the plan.</param>
    /// <returns>The scope.</returns>
    public static UndoScope After(Position position, Position? through = null) =>
        new(new V1.UndoScope { Range = new() { After = position.ToWire(), Through = through?.ToWire() } });

    internal V1.UndoScope ToWire()
    {
        var scope = wire.Clone();
        WireText.SetIfGiven(Author, nameof(Author), author => scope.Author = author);
        return scope;
    }
}
