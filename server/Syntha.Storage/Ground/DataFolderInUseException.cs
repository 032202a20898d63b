namespace Syntha.Storage.Ground;

/// <summary>A second process was pointed at a data folder that is held already. For the operator who starts the server.</summary>
public sealed class DataFolderInUseException(string folder, string holder) : Exception(
    $"The data folder {folder} is in use by {(holder.Length == 0 ? "another process" : holder)}. " +
    "Stop that process, or give this one a data folder of its own.")
{
    /// <summary>Which process holds the folder, as far as it wrote that down.</summary>
    public string Holder { get; } = holder;
}
