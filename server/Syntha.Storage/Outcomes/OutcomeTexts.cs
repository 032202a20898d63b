using Syntha.Storage.Encryption;

namespace Syntha.Storage.Outcomes;

/// <summary>
/// The texts of one outcome as its row keeps them: as they are, or encrypted, in base64. Bound to what is told of the outcome, because its
/// number is the database's to give, and to the column.
/// </summary>
internal readonly struct OutcomeTexts(StoreCipher? cipher, long time, string agent, string taskType)
{
    public string? Write(string column, string? text)
    {
        if (cipher is null || text is null)
        {
            return text;
        }

        var stored = new byte[StoreCipher.SizeOf(text, null)];
        cipher.Seal(stored, time, Subject(column), text, null);
        return Convert.ToBase64String(stored);
    }

    /// <exception cref="FormatException">It is not what was written there.</exception>
    public string? Read(string column, string? stored) =>
        cipher is null || stored is null ? stored : cipher.Open(Convert.FromBase64String(stored), time, Subject(column)).Text;

    // No name has a zero in it.
    private string Subject(string column) => $"{agent}\0{taskType}\0{column}";
}
