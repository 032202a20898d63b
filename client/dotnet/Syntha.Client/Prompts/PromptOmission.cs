namespace Syntha.Client;

/// <summary>Why a prompt leaves an item out.</summary>
public enum PromptOmission
{
    /// <summary>A reason that this version of the client does not know.</summary>
    Unknown = 0,

    /// <summary>The prompt would have exceeded <see cref="PromptRequest.MaxBytes"/>.</summary>
    TooLarge = 1,

    /// <summary>The item is older than <see cref="PromptRequest.MaxAge"/> or <see cref="PromptRequest.RecentOnly"/> allow.</summary>
    TooOld = 2,

    /// <summary>The item is not new since <see cref="PromptRequest.Since"/>.</summary>
    Unchanged = 3,
}
