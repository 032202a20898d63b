using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Serving;

/// <summary>The recorder of the audit trail, bound to the mesh's user. The default records nothing.</summary>
internal readonly struct MeshOutbox(UserId user, ICommitRecorder recorder)
{
    private ICommitRecorder Recorder => recorder ?? ICommitRecorder.None;

    public void Committed() => Recorder.Committed(user);

    public ValueTask<long> RecordedAsync(string epoch) => Recorder.RecordedAsync(user, epoch, CancellationToken.None);
}
