using System.Buffers;
using System.Text.RegularExpressions;

namespace Syntha.Mesh.Names;

/// <summary>Decides which user ids the server accepts. Thread-safe.</summary>
public sealed class UserIdRule
{
    /// <summary>No rule admits longer ids, because file names and schema names are derived from them, and logs show them.</summary>
    public const int MaxLength = 128;

    private static readonly SearchValues<char> Alphanumeric =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    private static readonly SearchValues<char> DefaultCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@|-");

    private readonly Func<string, bool> accepts;

    private UserIdRule(string pattern, Func<string, bool> accepts) => (Pattern, this.accepts) = (pattern, accepts);

    /// <summary>Letters, digits and <c>._@|-</c>, beginning with a letter or digit, at most 128.</summary>
    public static UserIdRule Default { get; } = new(
        @"^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}\z",
        id => Alphanumeric.Contains(id[0]) && !id.AsSpan().ContainsAnyExcept(DefaultCharacters));

    /// <summary>The rule of the document with which the project began: letters and digits, at most 50.</summary>
    public static UserIdRule Seed { get; } = new(
        @"^[A-Za-z0-9]{1,50}\z",
        id => id.Length <= 50 && !id.AsSpan().ContainsAnyExcept(Alphanumeric));

    public string Pattern { get; }

    /// <summary>
    /// An operator's own pattern. It must match the whole id. Matching takes linear time, so that no id can stall the server.
    /// </summary>
    /// <exception cref="ArgumentException">The pattern is not a regular expression, or it needs backtracking.</exception>
    public static UserIdRule FromPattern(string pattern)
    {
        const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        try
        {
            // Without the anchors first: `a)|(b` alone is refused. Between the anchors it would be accepted, and would match beyond them.
            _ = new Regex(pattern, Linear);
            var expression = new Regex($@"\A(?:{pattern})\z", Linear);
            return new(pattern, id => expression.IsMatch(id) && !id.AsSpan().ContainsAnyExceptInRange('!', '~'));
        }
        catch (NotSupportedException backtracking)
        {
            throw new ArgumentException(backtracking.Message, nameof(pattern), backtracking);
        }
    }

    /// <exception cref="MeshException">USER_ID_MISSING when empty, USER_ID_MALFORMED when the rule refuses it.</exception>
    public UserId Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            throw new MeshException(ErrorReason.UserIdMissing, "The call carries no user id: send it as the metadata `user-id`.");
        }

        if (text.Length > MaxLength || !accepts(text))
        {
            // The settings are the operator's. The text names them, because the operator is the one who is asked.
            throw new MeshException(
                ErrorReason.UserIdMalformed,
                $"The user id does not fit the pattern {Pattern}. An operator can accept other ids (Users:IdPreset, Users:IdPattern).")
            {
                Metadata = { ["pattern"] = Pattern },
            };
        }

        return new(text);
    }
}
