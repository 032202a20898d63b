namespace Syntha.Storage.Records;

/// <summary>What the server's records say of encryption.</summary>
/// <param name="Check">A known text under the master key, by which a wrong one is told.</param>
/// <param name="IsComplete">False: stores are being encrypted, and some may still be plain.</param>
public sealed record EncryptionMark(string Check, bool IsComplete);
