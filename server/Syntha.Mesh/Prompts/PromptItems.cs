using System.Text;
using Syntha.Mesh.Reading;

namespace Syntha.Mesh.Prompts;

/// <summary>
/// Chooses the items of a prompt, in order, and keeps account of the room they take and of what is left out. Used for one prompt.
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

    /// <param name="request">What is wanted.</param>
    /// <param name="view">Who sees what.</param>
    /// <param name="fixedBytes">What the text takes without items.</param>
    /// <exception cref="MeshException">VALUE_TOO_LARGE, EPOCH_CHANGED, REVISION_IN_FUTURE.</exception>
    public PromptItems(PromptRequest request, MeshView view, long fixedBytes)
    {
        (this.request, this.view) = (request, view);
        if (fixedBytes > request.MaxBytes)
        {
            throw MeshException.OverLimit(ErrorReason.ValueTooLarge, "The prompt is too large even without items", request.MaxBytes, fixedBytes, "bytes").In("spec");
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

    /// <summary>Whether the item is wanted at all; if not, it is noted why.</summary>
    public bool IsWanted(ContextItem item)
    {
        if (request.MaxAge is { } maxAge && view.Now - item.UpdatedAt > maxAge)
        {
            return Omit(item, OmissionReason.TooOld);
        }

        return request.Since is not { } since || IsNew(item, since.Revision) || Omit(item, OmissionReason.Unchanged);
    }

    /// <summary>Takes the item if its text fits as often as it is placed; if not, it is noted.</summary>
    /// <param name="item">The item.</param>
    /// <param name="text">Writes it.</param>
    /// <param name="places">In how many places.</param>
    /// <param name="extraBytes">What it takes besides its text, in each; less than nothing where it replaces something.</param>
    /// <returns>The text, or null.</returns>
    public string? TakeIfFits(ContextItem item, Func<ContextItem, string> text, int places, long extraBytes)
    {
        if ((ItemWriter.LeastBytes(item) + extraBytes) * places <= room)
        {
            var written = text(item);
            var bytes = (Encoding.UTF8.GetByteCount(written) + extraBytes) * places;
            if (bytes <= room)
            {
                room -= bytes;
                keys.Add(item.Key);
                return written;
            }
        }
        Omit(item, OmissionReason.TooLarge);
        return null;
    }

    public Prompt ToPrompt(string text) => new(text, keys, omitted, totalOmitted);

    // New to an agent is also what it could not read then: the items of a topic that it has subscribed to since.
    private bool IsNew(ContextItem item, long since) =>
        item.Place.Revision > since || (view.Agent is { } agent && !item.Readers.Admit(agent, formerRecord));

    private bool Omit(ContextItem item, OmissionReason reason)
    {
        totalOmitted++;
        omittedBytes += Encoding.UTF8.GetByteCount(item.Key.Value);
        if (omitted.Count < MaxOmittedTold && omittedBytes <= MaxOmittedBytes)
        {
            omitted.Add(new(item.Key, reason));
        }

        return false;
    }
}
