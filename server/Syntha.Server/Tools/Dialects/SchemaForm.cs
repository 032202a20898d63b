namespace Syntha.Server.Tools.Dialects;

/// <summary>How the schemas of arguments differ between vendors.</summary>
/// <param name="HasCapitalTypes">Whether types are in capitals, as Gemini's enum has them.</param>
/// <param name="IsStrict">Whether every parameter is required, and what may be left out takes null instead.</param>
/// <param name="IsClosed">Whether it says that there are no other parameters.</param>
internal sealed record SchemaForm(bool HasCapitalTypes = false, bool IsStrict = false, bool IsClosed = true)
{
    public static SchemaForm Plain { get; } = new();

    public static SchemaForm Strict { get; } = new(IsStrict: true);

    public static SchemaForm Gemini { get; } = new(HasCapitalTypes: true, IsClosed: false);
}
