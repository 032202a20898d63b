using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>The calls that build a prompt: see <see cref="ClientCalls"/>.</summary>
internal static class PromptCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static async Task<JsonObject> BuildAsync(ContextMesh mesh, Given given) =>
        Told(await mesh.BuildPromptAsync(Request(given.Find("spec")!), given.AgentName, Token));

    internal static async Task<JsonObject> BuildAsAgentAsync(ContextMesh mesh, Given given) =>
        Told(await mesh.ForAgent(given.AgentName!).BuildPromptAsync(Request(given.Find("spec")!), Token));

    private static JsonObject Told(BuiltPrompt prompt) => new()
    {
        ["prompt"] = new JsonObject
        {
            ["text"] = prompt.Text,
            ["keys"] = Telling.Texts(prompt.Keys),
            ["omitted"] = new JsonArray([.. prompt.Omitted.Select(omitted => new JsonObject
            {
                ["key"] = omitted.Key,
                ["reason"] = $"OMISSION_REASON_{Telling.Constant(omitted.Value.ToString())}",
            })]),
            ["totalOmitted"] = Telling.Number(prompt.TotalOmitted),
        },
        ["position"] = Telling.Of(prompt.Position),
    };

    private static PromptRequest Request(Given spec) => Kind(spec) with
    {
        IsFenced = spec.Text("format") == "PROMPT_FORMAT_FENCED",
        MaxAge = spec.Seconds("maxAge"),
        Since = spec.Position("since"),
        MaxBytes = spec.Count("maxBytes"),
    };

    /// <summary><c>SYSTEM_TEMPLATE_BASIC</c> as <c>basic</c>, which is the name that the client takes.</summary>
    private static string NameOf(string? constant, string prefix) => constant?[prefix.Length..].ToLowerInvariant() ?? string.Empty;

    private static PromptRequest Kind(Given spec)
    {
        if (spec.Find("system") is { } system)
        {
            return new SystemPrompt
            {
                Template = system.Text("template") ?? string.Empty,
                ReadyTemplate = NameOf(system.Text("readyTemplate"), "SYSTEM_TEMPLATE_"),
                IncludeContextHeader = system.Flag("omitHeader") != true,
                ExistingPrompt = system.Text("existingPrompt") ?? string.Empty,
            };
        }

        if (spec.Find("message") is { } message)
        {
            return new MessagePrompt
            {
                Template = message.Text("template") ?? string.Empty,
                ReadyTemplate = NameOf(message.Text("readyTemplate"), "MESSAGE_TEMPLATE_"),
                IncludeContextHeader = message.Flag("omitHeader") != true,
            };
        }

        if (spec.Find("custom") is { } custom)
        {
            return new CustomPrompt(custom.Texts("keys"), custom.Text("template")!)
            {
                FallbackText = custom.Text("fallbackText") ?? string.Empty,
            };
        }

        var inject = spec.Find("inject")!;
        var injected = new InjectedPrompt(inject.Text("existingPrompt")!)
        {
            Placement = inject.Constant<PromptPlacement>("placement") ?? PromptPlacement.Prepend,
        };
        return inject.Text("separator") is { } separator ? injected with { Separator = separator } : injected;
    }
}
