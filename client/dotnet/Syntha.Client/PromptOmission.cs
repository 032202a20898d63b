namespace Syntha.Client;

/// <summary>Why an item was left out of a prompt: the numbers of the contract.</summary>
public enum PromptOmission
{
    /// <summary>A reason that this version does not know.</summary>
    Unknown = 0,

    /// <summary>It would have exceeded <see cref="PromptRequest.MaxBytes"/>.</summary>
    TooLarge = 1,

    /// <summary>It is older than <see cref="PromptRequest.MaxAge"/> or <see cref="PromptRequest.RecentOnly"/> allow.</summary>
    TooOld = 2,

    /// <summary>It is not new since <see cref="PromptRequest.Since"/>.</summary>
    Unchanged = 3,
}
