namespace Syntha.Storage.Records;

/// <summary>What the server's records say about the encryption of users' stores.</summary>
/// <param name="Check">A known text, encrypted under the master key. A wrong master key cannot decrypt it.</param>
/// <param name="IsComplete">False: the stores are being encrypted, and some may still be plain.</param>
public sealed record EncryptionMark(string Check, bool IsComplete);
