using System.Text;
using Syntha.Mesh.Reading;

namespace Syntha.Mesh.Prompts;

/// <summary>
/// Chooses the items of a prompt, in order, and counts the room that they take and the items that are left out. Used for one prompt.
/// </summary>
internal sealed class PromptItems
{
    private const int MaxOmittedTold = 1_000;
    private const long MaxOmittedBytes = 256 * 1024;

    private readonly PromptRequest request;
    private readonly MeshView view;
    private readonly AgentRecord? formerRecord;
    private readonly List<ContextKey> keys = [];
    private readonly List<Omission> omitted = [];
    private long omittedBytes;
    private long totalOmitted;
    private long room;

    /// <param name="request">The wanted prompt.</param>
    /// <param name="view">What the caller sees.</param>
    /// <param name="fixedBytes">The bytes of the text without items.</param>
    /// <exception cref="MeshException">VALUE_TOO_LARGE, EPOCH_CHANGED, REVISION_IN_FUTURE.</exception>
    public PromptItems(PromptRequest request, MeshView view, long fixedBytes)
    {
        (this.request, this.view) = (request, view);
        if (fixedBytes > request.MaxBytes)
        {
            throw MeshException
                .OverLimit(ErrorReason.PromptTooLarge, "The prompt is too large even without items", request.MaxBytes, fixedBytes, "bytes")
                .In("spec");
        }

        room = request.MaxBytes - fixedBytes;
        if (request.Since is not { } since)
        {
            return;
        }

        view.Position.DemandReached(since);
        formerRecord = view.Record is { } record
            ? record with { Subscriptions = record.Subscriptions.RemoveAll(subscription => subscription.Since.Revision > since.Revision) }
            : null;
    }

    /// <summary>
    /// Takes the item if it is wanted and its text fits as often as it is placed. Notes an item that is left out, and why.
    /// </summary>
    /// <param name="item">The item.</param>
    /// <param name="write">Writes it, unless it has more bytes than the given room.</param>
    /// <param name="places">In how many places it stands.</param>
    /// <param name="extraBytes">What it takes besides its text, in each place; below zero where it replaces something.</param>
    /// <returns>The text, or null.</returns>
    public string? TakeOrOmit(ContextItem item, Func<ContextItem, long, string?> write, int places, long extraBytes)
    {
        view.ThrowIfCancelled();
        if (item.IsRedacted)
        {
            return null;
        }

        if (ReasonAgainst(item) is { } reason)
        {
            Omit(item, reason);
            return null;
        }
        if ((ItemWriter.LeastBytes(item) + extraBytes) * places <= room && write(item, (room / places) - extraBytes) is { } text)
        {
            var bytes = (Encoding.UTF8.GetByteCount(text) + extraBytes) * places;
            if (bytes <= room)
            {
                room -= bytes;
                keys.Add(item.Key);
                return text;
            }
        }
        Omit(item, OmissionReason.TooLarge);
        return null;
    }

    public Prompt ToPrompt(string text) => new(text, keys, omitted, totalOmitted);

    // An item that the agent could not read then is new to it as well, such as those of a topic that it has subscribed to since.
    private bool IsNew(ContextItem item, long since) =>
        item.Place.Revision > since || (view.Agent is { } agent && !item.Readers.Admit(agent, formerRecord));

    private OmissionReason? ReasonAgainst(ContextItem item) =>
        request.MaxAge is { } maxAge && view.Now - item.UpdatedAt > maxAge ? OmissionReason.TooOld
        : request.Since is { } since && !IsNew(item, since.Revision) ? OmissionReason.Unchanged
        : null;

    private void Omit(ContextItem item, OmissionReason reason)
    {
        totalOmitted++;
        omittedBytes += Encoding.UTF8.GetByteCount(item.Key.Value);
        if (omitted.Count < MaxOmittedTold && omittedBytes <= MaxOmittedBytes)
        {
            omitted.Add(new(item.Key, reason));
        }
    }
}
