namespace Syntha.Storage.Encryption;

/// <summary>How much of a table is encrypted anew in one turn to write, so that writers behind it hardly wait.</summary>
internal static class RowsOfATurn
{
    public const int MaxRows = 64;

    public const int MaxBytes = 1 << 20;
}
