using System.ComponentModel.DataAnnotations;

namespace Syntha.Server.Admission;

/// <summary>Which user ids are accepted. Section <c>Users</c>.</summary>
public sealed record UserOptions
{
    public const string Section = "Users";

    /// <summary>
    /// <c>Default</c>: letters, digits and <c>._@|-</c>, with a letter or digit first, at most 128. <c>Seed</c>: letters and digits, at
    /// most
    /// 50. A pattern replaces the preset. Default: Default.
    /// </summary>
    [EnumDataType(typeof(UserIdPreset), ErrorMessage = "use Default or Seed.")]
    public UserIdPreset IdPreset { get; init; }

    /// <summary>
    /// A regular expression without backtracking constructs. A user id must match it as a whole, and has at most 128 visible ASCII
    /// characters in any case. Default: none.
    /// </summary>
    public string? IdPattern { get; init; }

    internal UserIdRule Rule => IdPattern is { } pattern ? UserIdRule.FromPattern(pattern)
        : IdPreset == UserIdPreset.Seed ? UserIdRule.Seed
        : UserIdRule.Default;

    internal IEnumerable<string> Faults()
    {
        string? fault = null;
        try
        {
            _ = Rule;
        }
        catch (Exception notLinear) when (notLinear is ArgumentException or NotSupportedException)
        {
            fault = $"{Section}:{nameof(IdPattern)} cannot be used: {notLinear.Message}";
        }
        if (fault is not null)
        {
            yield return fault;
        }
    }
}

/// <summary>A ready rule for user ids.</summary>
public enum UserIdPreset
{
    /// <summary>Letters, digits and <c>._@|-</c>, at most 128.</summary>
    Default,

    /// <summary>Letters and digits, at most 50, as in the document that the project grew from.</summary>
    Seed,
}
