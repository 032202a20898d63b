namespace Syntha.Mesh.Writing;

/// <summary>A condition of a commit on a key that it need not write.</summary>
/// <param name="Key">The key.</param>
/// <param name="Revision">0: there must be no item that the caller can read. n: its revision must be n.</param>
public readonly record struct KeyGuard(ContextKey Key, long Revision)
{
    /// <exception cref="MeshException">KEY_EXISTS, REVISION_MISMATCH.</exception>
    internal void Demand(Evaluation evaluation)
    {
        var item = evaluation.State.FindLive(Key, evaluation.Now);
        RevisionGuard.Demand(Revision, item is not null && evaluation.ActorMayRead(item.Readers) ? item : null);
    }
}
