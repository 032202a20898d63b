namespace Syntha.Storage.Encryption;

/// <summary>The tables that hold encrypted data.</summary>
internal enum EncryptedPart
{
    Changes,
    Outcomes,
}
