using System.Collections.Frozen;

namespace Syntha.Mesh.Prompts;

/// <summary>Ready templates, under the names of the Python package.</summary>
internal static class ReadyTemplates
{
    private static readonly FrozenDictionary<string, string> System = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["basic"] = "You are a helpful assistant. Use this context where it helps.\n\n{context}",
        ["agent_specific"] = "You are {agent_name}. This context has been shared with you.\n\n{context}",
        ["context_aware"] =
            "You are {agent_name}, one of several agents who share context. Rely on the context below, " +
            "say where it contradicts what you are asked, and ask for what is missing.\n\n{context}",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Message = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["update"] = "The shared context has changed.\n\n{context}",
        ["reminder"] = "Keep this context in mind.\n\n{context}",
        ["context_only"] = "{context}",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <exception cref="MeshException">TEMPLATE_INVALID.</exception>
    public static string OfSystem(string template, string ready) => Choose(template, ready, System);

    /// <exception cref="MeshException">TEMPLATE_INVALID.</exception>
    public static string OfMessage(string template, string ready) => Choose(template, ready, Message);

    private static string Choose(string template, string ready, FrozenDictionary<string, string> templates)
    {
        if (template.Length > 0 && ready.Length > 0)
        {
            throw Invalid("The request has a template and a ready template; choose one of them.", ready);
        }

        if (ready.Length == 0)
        {
            return template;
        }

        var names = string.Join(", ", templates.Keys.Order(StringComparer.Ordinal));
        return templates.GetValueOrDefault(ready) ?? throw Invalid($"There is no ready template '{ready}'; there are {names}.", ready);
    }

    private static MeshException Invalid(string message, string ready) =>
        new(ErrorReason.TemplateInvalid, message) { Field = "ready_template", Metadata = { ["template"] = ready } };
}
