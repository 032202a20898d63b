using Syntha.Storage.Encryption;

namespace Syntha.Storage.Outcomes;

/// <summary>
/// The texts of one outcome as its row keeps them: plain, or encrypted, in base64. An encrypted text is bound to time, agent, task type and
/// column. It is not bound to the outcome's number, because the database gives the number only later.
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

    /// <exception cref="FormatException">The text was not written at this place.</exception>
    public string? Read(string column, string? stored) =>
        cipher is null || stored is null ? stored : cipher.Open(Convert.FromBase64String(stored), time, Subject(column)).Text;

    // No name contains a zero character.
    private string Subject(string column) => $"{agent}\0{taskType}\0{column}";
}
