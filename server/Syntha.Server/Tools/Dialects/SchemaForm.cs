namespace Syntha.Server.Tools.Dialects;

/// <summary>How the schemas of arguments differ between vendors.</summary>
/// <param name="HasCapitalTypes">Whether types are in capitals, as in Gemini's enum.</param>
/// <param name="IsStrict">Whether every parameter is required. An optional parameter then takes null instead.</param>
/// <param name="IsClosed">Whether the schema says that there are no other parameters.</param>
internal sealed record SchemaForm(bool HasCapitalTypes = false, bool IsStrict = false, bool IsClosed = true)
{
    public static SchemaForm Plain { get; } = new();

    public static SchemaForm Strict { get; } = new(IsStrict: true);

    public static SchemaForm Gemini { get; } = new(HasCapitalTypes: true, IsClosed: false);
}
