using Syntha.Page.Access;

namespace Syntha.Page.Live;

/// <summary>Where the view stands.</summary>
internal enum LivePhase
{
    /// <summary>The stream is not open yet.</summary>
    Opening,

    /// <summary>Changes come as they are committed.</summary>
    Open,

    /// <summary>The stream was cut, and opens again by itself.</summary>
    Cut,

    /// <summary>The reader has paused it.</summary>
    Paused,

    /// <summary>The stream was refused.</summary>
    Refused,
}

/// <summary>What came of the stream, and how it stands. Not thread-safe.</summary>
/// <param name="time">Tells when changes come.</param>
internal sealed class LiveFollower(TimeProvider time)
{
    private MeshFeed? feed;
    private Position? from;
    private string? lost;

    public LiveLog Log { get; } = new();

    public LivePhase Phase { get; private set; } = LivePhase.Opening;

    /// <summary>That changes are missing, and why. Null: none are.</summary>
    public string? Missing { get; private set; }

    /// <summary>Why the stream was cut last.</summary>
    public PageFault? Cut { get; private set; }

    /// <summary>How far the reader has seen. Null: it is not known yet.</summary>
    public Position? Through => feed?.Through ?? from;

    /// <summary>Begins with a stream.</summary>
    /// <param name="begun">The stream.</param>
    /// <param name="after">The position that it resumes after. Null: it starts now.</param>
    public void Begin(MeshFeed begun, Position? after) =>
        (feed, from, lost, Missing, Cut, Phase) = (begun, after, null, null, null, LivePhase.Opening);

    /// <summary>The reader leaves the stream. What came stays.</summary>
    /// <param name="at">Where. Null: where the stream is.</param>
    public void Pause(Position? at = null) => (from, feed, Phase) = (at ?? Through, null, LivePhase.Paused);

    public void Refuse() => (from, feed, Phase) = (Through, null, LivePhase.Refused);

    public void Take(FeedNews news)
    {
        var now = time.GetUtcNow();
        switch (news)
        {
            case FeedOpened { HasGap: true } when lost is not null:
                Missing = lost switch
                {
                    "HISTORY_COMPACTED" => "Changes are missing here: the server does not keep the changes after that position any more.",
                    "EPOCH_CHANGED" => "Changes may be missing here: the position belongs to another life of the mesh.",
                    _ => "Changes may be missing here: the mesh has not reached that position.",
                };
                Log.Note(Missing, now);
                (lost, Phase) = (null, LivePhase.Open);
                break;
            case FeedOpened { HasGap: true }:
                Log.Note("The agent's topics, permissions or access have changed. From here on it sees another view.", now);
                Phase = LivePhase.Open;
                break;
            case FeedOpened:
                Phase = LivePhase.Open;
                break;
            case FeedChanges changes:
                foreach (var change in changes.Changes)
                {
                    Log.Add(change, now);
                }

                break;
            case FeedCut { Fault: var fault }:
                (Cut, Phase) = (fault, LivePhase.Cut);
                lost = fault.Reason is "EPOCH_CHANGED" or "HISTORY_COMPACTED" or "REVISION_IN_FUTURE" ? fault.Reason : lost;
                break;
            default:
                break;
        }
    }
}
