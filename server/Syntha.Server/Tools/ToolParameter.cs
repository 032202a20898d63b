namespace Syntha.Server.Tools;

/// <summary>One parameter of a tool, as every dialect is written from it.</summary>
/// <param name="Name">Its name, which is the Python package's.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Description">For the model: what it means, and what happens without it.</param>
/// <param name="IsRequired">Whether the tool is refused without it.</param>
internal sealed record ToolParameter(string Name, ParameterKind Kind, string Description, bool IsRequired = false)
{
    public string Expectation => Kind switch
    {
        ParameterKind.Text => "a text",
        ParameterKind.TextList => "a list of texts",
        ParameterKind.Number => "a number",
        _ => "true or false",
    };
}
