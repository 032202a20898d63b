using System.Runtime.CompilerServices;
using Syntha.Mesh.Reading;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Prompts;

/// <summary>
/// The last prompts of a state, for agents that ask for the same one before each step while nothing has changed. They go with the state.
/// Thread-safe.
/// </summary>
internal sealed class RecentPrompts
{
    private const int MaxPrompts = 4;
    private const int MaxLength = 32 * 1024;

    private static readonly ConditionalWeakTable<MeshState, RecentPrompts> OfStates = [];

    // The newest first. Replaced as a whole: of two that are kept at the same moment one may be lost.
    private volatile Kept[] kept = [];

    /// <summary>The same prompt for the same caller, where it would still be the same text; else null.</summary>
    public static Prompt? Find(PromptRequest request, MeshView view)
    {
        if (!OfStates.TryGetValue(view.State, out var recent))
            return null;
        foreach (var one in recent.kept)
        {
            if (one.Agent == view.Agent && view.Now < one.Until && one.Request == request)
                return one.Prompt;
        }
        return null;
    }

    /// <summary>Keeps a prompt, if time alone does not change it.</summary>
    public static Prompt Keep(PromptRequest request, MeshView view, Prompt prompt)
    {
        // Users without items may share their state. The keys of a custom prompt are not compared, and it shows few items.
        var isSteady = prompt.Keys.Count > 0 && request.MaxAge is null && request.Kind is not PromptKind.Custom && view.NextDeadline > view.Now;
        if (isSteady && LengthOf(request.Kind) + LengthOf(prompt) <= MaxLength)
        {
            var recent = OfStates.GetOrCreateValue(view.State);
            recent.kept = [new(view.Agent, request, view.NextDeadline, prompt), .. recent.kept.Take(MaxPrompts - 1)];
        }
        return prompt;
    }

    /// <summary>An estimate of the memory that a state's prompts take, in bytes.</summary>
    public static long BytesOf(MeshState state) => OfStates.TryGetValue(state, out var recent)
        ? recent.kept.Sum(one => 2 * (LengthOf(one.Request.Kind) + LengthOf(one.Prompt)))
        : 0;

    private static long LengthOf(PromptKind kind) => kind switch
    {
        PromptKind.SystemPrompt system => system.Template.Length + system.Existing.Length,
        PromptKind.Message message => message.Template.Length,
        PromptKind.Injection injection => injection.Existing.Length + injection.Separator.Length,
        _ => 0,
    };

    // Every name takes an object besides its characters.
    private static long LengthOf(Prompt prompt) => prompt.Text.Length + (32L * (prompt.Keys.Count + prompt.Omitted.Count));

    private sealed record Kept(AgentName? Agent, PromptRequest Request, DateTimeOffset Until, Prompt Prompt);
}
