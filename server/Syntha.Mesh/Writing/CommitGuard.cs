namespace Syntha.Mesh.Writing;

/// <summary>A condition of a commit, which holds before any of its operations.</summary>
public abstract record CommitGuard
{
    /// <exception cref="MeshException">It does not hold.</exception>
    internal abstract void Demand(Evaluation evaluation);
}

/// <summary>A condition of a commit on a key that it need not write.</summary>
/// <param name="Key">The key.</param>
/// <param name="Revision">0: there must be no item that the caller can read. n: its revision must be n.</param>
public sealed record KeyGuard(ContextKey Key, long Revision) : CommitGuard
{
    /// <exception cref="MeshException">KEY_EXISTS, REVISION_MISMATCH.</exception>
    internal override void Demand(Evaluation evaluation)
    {
        var item = evaluation.State.FindLive(Key, evaluation.Now);
        RevisionGuard.Demand(Revision, item is not null && evaluation.ActorMayRead(item.Readers) ? item : null);
    }
}

/// <summary>A condition of a commit on a claim: the caller holds it.</summary>
/// <param name="Token">The holder's token.</param>
public sealed record ClaimGuard(FencingToken Token) : CommitGuard
{
    /// <exception cref="MeshException">CLAIM_LOST.</exception>
    internal override void Demand(Evaluation evaluation) => evaluation.DemandClaim(Token);
}
