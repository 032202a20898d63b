namespace Syntha.Storage.Encryption;

/// <summary>How much of a table one transaction encrypts anew. It is little, so that writers hardly wait.</summary>
internal static class RenewalBatch
{
    public const int MaxRows = 64;

    public const int MaxBytes = 1 << 20;
}
