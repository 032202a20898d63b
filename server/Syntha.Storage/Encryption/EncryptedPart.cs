namespace Syntha.Storage.Encryption;

/// <summary>The tables with something encrypted in them.</summary>
internal enum EncryptedPart
{
    Changes,
    Outcomes,
}
