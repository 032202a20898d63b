namespace Syntha.Client;

/// <summary>Where context goes in a prompt that exists already.</summary>
public enum PromptPlacement
{
    /// <summary>In front of the prompt.</summary>
    Prepend = 1,

    /// <summary>Behind the prompt.</summary>
    Append = 2,

    /// <summary>In place of each <c>{context}</c> in the prompt.</summary>
    ReplacePlaceholder = 3,
}
