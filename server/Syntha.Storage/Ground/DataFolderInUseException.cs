namespace Syntha.Storage.Ground;

/// <summary>Another process holds the data folder. The message is for the operator who starts the server.</summary>
public sealed class DataFolderInUseException(string folder, string holder) : Exception(
    $"The data folder {folder} is in use by {(holder.Length == 0 ? "another process" : holder)}. " +
    "Stop that process, or give this one a data folder of its own.")
{
    /// <summary>The process that holds the folder, as it wrote itself down. Empty: it wrote nothing.</summary>
    public string Holder { get; } = holder;
}
