namespace Syntha.Mesh.Prompts;

/// <summary>Where context goes in a prompt that is there already.</summary>
public enum PromptPlacement
{
    Before,
    After,

    /// <summary>In place of each `{context}`.</summary>
    AtPlaceholder,
}
