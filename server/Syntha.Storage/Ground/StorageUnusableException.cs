namespace Syntha.Storage.Ground;

/// <summary>
/// The server cannot start on its storage. The message is one line for the operator: what is wrong, and what to do. It holds no secret.
/// </summary>
public sealed class StorageUnusableException(string message, Exception? cause = null) : Exception(message, cause);
