namespace Syntha.Storage.Ground;

/// <summary>The server cannot start on its storage. One line for the operator: what is wrong and what to do. No secret in it.</summary>
public sealed class StorageUnusableException(string message, Exception? cause = null) : Exception(message, cause);
