namespace Syntha.Mesh.Prompts;

/// <summary>How items are written in a prompt.</summary>
public enum PromptFormat
{
    /// <summary>One line an item, as the Python package writes it. A value can pose as another item: for values that are trusted.</summary>
    Plain,

    /// <summary>Each item labelled and between lines that no value contains.</summary>
    Fenced,
}
