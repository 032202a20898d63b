namespace Syntha.Mesh.Log;

/// <summary>What a log takes, counted from its oldest revision on.</summary>
/// <param name="Changes">How many changes it has.</param>
/// <param name="Bytes">What they take: subjects, values and metadata in UTF-8, and a fixed sum for everything else of a change.</param>
public readonly record struct LogSize(long Changes, long Bytes);
