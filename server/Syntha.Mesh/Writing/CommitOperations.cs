using Syntha.Mesh.Access;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Writing;

/// <summary>
/// Several operations as one command: all of them, or none. Each sees the mesh as it was before the command, so no two of them are about
/// one key, one claim or one agent's topics.
/// </summary>
/// <param name="Operations">The operations, in the order of their changes. Who acts is decided by the commit.</param>
/// <param name="Guards">Conditions on keys and claims, which hold before any operation.</param>
public sealed record CommitOperations(ImmutableArray<MeshCommand> Operations, ImmutableArray<CommitGuard> Guards) : MeshCommand
{
    internal override Tool? CountsAs => Tool.PushContext;

    internal override long BytesIn(MeshState state)
    {
        var bytes = base.BytesIn(state) + (64L * Guards.Length);
        foreach (var operation in Operations)
        {
            bytes += operation.BytesIn(state);
        }

        return bytes;
    }

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        if (evaluation.Actor is not null && Operations.Any(operation => operation is RegisterTopics))
        {
            throw new MeshException(ErrorReason.OwnerRequired, "Only the owner sets the topics of agents.");
        }

        for (var index = 0; index < Guards.Length; index++)
        {
            Located("guards", index, Guards[index], evaluation, static (guard, evaluation) =>
            {
                guard.Demand(evaluation);
                return CommandAnswer.None;
            });
        }

        var answers = new List<CommandAnswer>();
        for (var index = 0; index < Operations.Length; index++)
        {
            answers.Add(Located(
                "operations", index, Operations[index], evaluation, static (operation, evaluation) => operation.Evaluate(evaluation)));
        }

        var told = answers.FindLastIndex(answer => answer != CommandAnswer.None) + 1;
        return told == 0 ? CommandAnswer.None : new(Parts: answers[..told]);
    }

    private static CommandAnswer Located<T>(
        string list, int index, T part, Evaluation evaluation, Func<T, Evaluation, CommandAnswer> evaluate)
    {
        try
        {
            return evaluate(part, evaluation);
        }
        catch (MeshException refusal)
        {
            throw refusal.In($"{list}[{index}]");
        }
    }
}
