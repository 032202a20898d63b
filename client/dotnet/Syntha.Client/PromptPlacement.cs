namespace Syntha.Client;

/// <summary>Where context goes in a prompt that is there already: the numbers of the contract.</summary>
public enum PromptPlacement
{
    /// <summary>In front of it.</summary>
    Prepend = 1,

    /// <summary>Behind it.</summary>
    Append = 2,

    /// <summary>In place of each <c>{context}</c> in it.</summary>
    ReplacePlaceholder = 3,
}
