using System.Runtime.CompilerServices;
using System.Text;
using Syntha.Mesh.Reading;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Prompts;

/// <summary>
/// The newest prompts of a state, for agents that ask for the same prompt before each step while nothing has changed. They are dropped with
/// the state. Thread-safe.
/// </summary>
internal sealed class RecentPrompts
{
    private const int MaxPrompts = 4;

    // The limit for one prompt: a text of some 32,000 characters.
    private const int MaxBytes = 96 * 1024;

    private static readonly ConditionalWeakTable<MeshState, RecentPrompts> OfStates = [];

    // The newest first. Replaced as a whole, so that one of two prompts that are kept at the same moment may be lost.
    private volatile Kept[] kept = [];

    /// <summary>The same prompt for the same caller, if its text would still be the same; else null.</summary>
    public static Prompt? Find(PromptRequest request, MeshView view)
    {
        if (!OfStates.TryGetValue(view.State, out var recent))
        {
            return null;
        }

        foreach (var one in recent.kept)
        {
            if (one.Agent == view.Agent && view.Now < one.Until && one.Request == request)
            {
                return one.Prompt;
            }
        }
        return null;
    }

    /// <summary>Keeps a prompt that does not change with time alone.</summary>
    public static Prompt Keep(PromptRequest request, MeshView view, Prompt prompt)
    {
        // Users without items may share a state. The keys of a custom prompt are not compared; it shows few items in any case.
        var isSteady = prompt.Keys.Count > 0 && request.MaxAge is null && request.Kind is not PromptKind.Custom &&
            view.NextDeadline > view.Now;
        var bytes = BytesOf(request.Kind) + BytesOf(prompt);
        if (!isSteady || bytes > MaxBytes)
        {
            return prompt;
        }

        prompt = prompt with { IsKept = true };
        var recent = OfStates.GetOrCreateValue(view.State);
        recent.kept = [new(view.Agent, request, view.NextDeadline, prompt, bytes), .. recent.kept.Take(MaxPrompts - 1)];
        return prompt;
    }

    /// <summary>An estimate of the memory that a state's prompts take, in bytes.</summary>
    public static long BytesOf(MeshState state) => OfStates.TryGetValue(state, out var recent) ? recent.kept.Sum(one => one.Bytes) : 0;

    private static long BytesOf(PromptKind kind) => 2L * (kind switch
    {
        PromptKind.SystemPrompt system => system.Template.Length + system.Existing.Length,
        PromptKind.Message message => message.Template.Length,
        PromptKind.Injection injection => injection.Existing.Length + injection.Separator.Length,
        _ => 0,
    });

    private static long BytesOf(Prompt prompt) =>
        BytesOf(prompt.Text) + prompt.Keys.Sum(BytesOf) + prompt.Omitted.Sum(omission => BytesOf(omission.Key));

    // Each name is an object besides its characters.
    private static long BytesOf(ContextKey key) => 64 + BytesOf(key.Value);

    // As a text, and once more in UTF-8, because the sender keeps the bytes that it sends.
    private static long BytesOf(string text) => (2L * text.Length) + Encoding.UTF8.GetByteCount(text);

    private sealed record Kept(AgentName? Agent, PromptRequest Request, DateTimeOffset Until, Prompt Prompt, long Bytes);
}
