namespace Syntha.Client;

/// <summary>Which versions of a key a redaction is about. Immutable.</summary>
public sealed record RedactionScope
{
    private readonly Action<V1.RedactRequest> choose;

    private RedactionScope(Action<V1.RedactRequest> choose) => this.choose = choose;

    /// <summary>All versions but the present item.</summary>
    public static RedactionScope Former { get; } = new(request => request.Former = new());

    /// <summary>All versions. The present item is removed.</summary>
    public static RedactionScope Every { get; } = new(request => request.Every = new());

    /// <summary>Of these only the versions that this agent wrote. <see langword="null"/> (default): all of them.</summary>
    public string? Author { get; init; }

    /// <summary>One version. If it is the present item, that is removed.</summary>
    /// <param name="position">The position of the command that wrote it, such as <see cref="ItemVersion.Position"/>.</param>
    /// <returns>The scope.</returns>
    public static RedactionScope Version(Position position) => new(request => request.Version = position.ToWire());

    /// <summary>All versions up to a position. If the present item is one of them, it is removed.</summary>
    /// <param name="position">The position.</param>
    /// <returns>The scope.</returns>
    public static RedactionScope Through(Position position) => new(request => request.Through = position.ToWire());

    internal void SetIn(V1.RedactRequest request)
    {
        choose(request);
        WireText.SetIfGiven(Author, nameof(Author), author => request.Author = author);
    }
}
