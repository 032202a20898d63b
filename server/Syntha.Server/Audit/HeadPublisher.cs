using Microsoft.Extensions.Options;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>Publishes the head of this node's chain in the log, while it moves. Used by the one writer of the trail.</summary>
internal sealed class HeadPublisher(AuditLog log, IOptions<AuditOptions> options, TimeProvider time)
{
    private readonly TimeSpan interval = options.Value.HeadInterval;
    private AuditHead? head;
    private AuditHead? published;
    private long lastPublished;

    public void Start() => lastPublished = time.GetTimestamp();

    /// <summary>Notes the entries that were appended last.</summary>
    public void Moved(IReadOnlyList<AuditRecord> appended) => head = appended.Count > 0 ? appended[^1].Head : head;

    public void PublishIfDue()
    {
        if (time.GetElapsedTime(lastPublished) >= interval)
        {
            PublishLast();
        }
    }

    /// <summary>Publishes the head unless it is published already.</summary>
    public void PublishLast()
    {
        if (head is null || head == published)
        {
            return;
        }

        log.Publish(head);
        (published, lastPublished) = (head, time.GetTimestamp());
    }
}
