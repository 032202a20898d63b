namespace Syntha.Server.Tests.Services;

/// <summary>Short calls for prompts.</summary>
internal static class PromptUser
{
    public static async Task<Prompt> PromptAsync(this TestUser user, PromptSpec spec, string agent = "one") =>
        (await user.Tools.BuildPromptAsync(new() { AsAgent = agent, Spec = spec })).Prompt;

    public static async Task<string> TextAsync(this TestUser user, PromptSpec spec, string agent = "one") =>
        (await user.PromptAsync(spec, agent)).Text;

    public static string Told(this Prompt prompt) => string.Join(' ', prompt.Omitted.Select(omitted => $"{omitted.Key}:{omitted.Reason}"));
}
