namespace Syntha.Server.Tools;

/// <summary>One parameter of a tool. Every dialect is written from it.</summary>
/// <param name="Name">The name, which is the same as in the Python package.</param>
/// <param name="Kind">The kind of its arguments.</param>
/// <param name="Description">For the model: the meaning, and what happens without the parameter.</param>
/// <param name="IsRequired">Whether a call without the parameter is refused.</param>
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
