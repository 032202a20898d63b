using System.Text.Json;
using Syntha.Mesh.Patching;
using Syntha.Mesh.Writing;

namespace Syntha.Server.Mapping;

/// <summary>Translates commits and patches between the contract and the domain.</summary>
internal static class CommitMapping
{
    /// <exception cref="MeshException">The patch is wrong. The exception names the field.</exception>
    public static PatchItem FromWire(V1.PatchRequest request)
    {
        Mapping.FromWire.CheckSize(request, "; use several patches");
        return Patch(request.Patch ?? throw Mapping.FromWire.Invalid("patch", "The request has no patch."), "patch");
    }

    /// <param name="request">The operations and guards.</param>
    /// <param name="actor">Who acts.</param>
    /// <exception cref="MeshException">A part is wrong. The exception names the part and the field.</exception>
    public static CommitOperations FromWire(V1.CommitRequest request, AgentName? actor)
    {
        Mapping.FromWire.CheckSize(request, "; use several commands");
        Mapping.FromWire.CheckCount(request.Operations.Count, Limits.MaxItemsPerWrite, "operations");
        Mapping.FromWire.CheckCount(request.Guards.Count, Limits.MaxItemsPerWrite, "guards");
        if (request.Operations.Count == 0)
        {
            throw new MeshException(ErrorReason.RequestTooLarge, "The request has no operations; it takes 1 to 10,000.")
            {
                Field = "operations",
            };
        }

        var subjects = new Subjects();
        var operations = ImmutableArray.CreateBuilder<MeshCommand>(request.Operations.Count);
        for (var index = 0; index < request.Operations.Count; index++)
        {
            operations.Add(Operation(request.Operations[index], $"operations[{index}]", actor, subjects));
        }

        return new(operations.MoveToImmutable(), [.. request.Guards.Select(Guard)]);
    }

    /// <param name="answer">Receives one result for each operation.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="position">Its position.</param>
    /// <param name="told">Its answer.</param>
    public static void AddResults(V1.CommitResponse answer, CommitOperations commit, Mesh.Log.Position position, CommandAnswer told)
    {
        for (var index = 0; index < commit.Operations.Length; index++)
        {
            var part = told.Parts is { } parts && index < parts.Count ? parts[index] : CommandAnswer.None;
            var result = new V1.OperationResult { Removed = part.Items > 0 };
            if (part.Result is { } json)
            {
                result.ResultJson = json;
            }

            if (commit.Operations[index] is ClaimName claim)
            {
                result.Claim = ClaimMapping.Given(claim, commit.Actor, position, part);
            }

            answer.Results.Add(result);
        }
    }

    private static MeshCommand Operation(V1.Operation operation, string field, AgentName? actor, Subjects subjects)
    {
        switch (operation.OperationCase)
        {
            case V1.Operation.OperationOneofCase.Push:
                subjects.Take(operation.Push.Key, $"{field}.push.key");
                return new PushItems([Mapping.FromWire.Draft(operation.Push, $"{field}.push")]);
            case V1.Operation.OperationOneofCase.Patch:
                subjects.Take(operation.Patch.Key, $"{field}.patch.key");
                return Patch(operation.Patch, $"{field}.patch");
            case V1.Operation.OperationOneofCase.Remove:
                var removal = operation.Remove;
                subjects.Take(removal.Key, $"{field}.remove.key");
                return Within($"{field}.remove", "key", () => new RemoveItem(
                    ContextKey.Parse(removal.Key), Mapping.FromWire.Guard(removal.HasIfRevision, removal.IfRevision)));
            case V1.Operation.OperationOneofCase.Topics when actor is not null:
                throw new MeshException(ErrorReason.OwnerRequired, "Only the owner sets the topics of agents.")
                {
                    Field = $"{field}.topics",
                };
            case V1.Operation.OperationOneofCase.Topics:
                var topics = operation.Topics;
                subjects.TakeAgent(topics.Agent, $"{field}.topics.agent");
                return Within($"{field}.topics", "agent", () => new RegisterTopics(
                    AgentName.Parse(topics.Agent), Mapping.FromWire.Topics(topics.Topics, "topics")));
            case V1.Operation.OperationOneofCase.Claim:
                subjects.TakeClaim(operation.Claim.Name, $"{field}.claim.name");
                return ClaimMapping.FromWire(operation.Claim, $"{field}.claim") with { Actor = actor };
            case V1.Operation.OperationOneofCase.Release:
                var token = ClaimMapping.Token(operation.Release.Token, actor, mayBeOpen: true, $"{field}.release.token");
                subjects.TakeClaim(token.Name.Value, $"{field}.release.token.name");
                return new ReleaseClaim(token);
            default:
                throw Mapping.FromWire.Invalid(field, "This server knows no such operation.");
        }
    }

    private static CommitGuard Guard(V1.Guard guard, int index) => guard.GuardCase switch
    {
        V1.Guard.GuardOneofCase.IfRevision => Within($"guards[{index}].if_revision", "key", () => new KeyGuard(
            ContextKey.Parse(guard.IfRevision.Key), guard.IfRevision.Revision >= 0
                ? guard.IfRevision.Revision
                : throw Mapping.FromWire.Invalid("revision", "The revision is negative. 0 means that the key must not exist."))),
        V1.Guard.GuardOneofCase.IfClaim => new ClaimGuard(
            ClaimMapping.Token(guard.IfClaim, actor: null, mayBeOpen: false, $"guards[{index}].if_claim")),
        _ => throw Mapping.FromWire.Invalid($"guards[{index}]", "This server knows no such guard."),
    };

    private static T Within<T>(string place, string field, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (MeshException refusal)
        {
            throw refusal.In($"{place}.{refusal.Field ?? field}");
        }
    }

    private static PatchItem Patch(V1.ItemPatch patch, string field)
    {
        var part = "key";
        try
        {
            var key = ContextKey.Parse(patch.Key);
            var guard = Mapping.FromWire.Guard(patch.HasIfRevision, patch.IfRevision);
            part = FieldOf(patch.ChangeCase);
            return new(key, Change(patch), guard);
        }
        catch (MeshException refusal)
        {
            throw refusal.In($"{field}.{refusal.Field ?? part}");
        }
    }

    private static ValuePatch Change(V1.ItemPatch patch) => patch.ChangeCase switch
    {
        V1.ItemPatch.ChangeOneofCase.OperationsJson => JsonPatch.Parse(patch.OperationsJson),
        V1.ItemPatch.ChangeOneofCase.MergeJson => MergePatch.Parse(patch.MergeJson),
        V1.ItemPatch.ChangeOneofCase.Increment => Increment(patch.Increment),
        V1.ItemPatch.ChangeOneofCase.Append => List(ListPatchKind.Append, patch.Append),
        V1.ItemPatch.ChangeOneofCase.Prepend => List(ListPatchKind.Prepend, patch.Prepend),
        V1.ItemPatch.ChangeOneofCase.Add => Set(ListPatchKind.Add, patch.Add),
        V1.ItemPatch.ChangeOneofCase.Subtract => Set(ListPatchKind.Subtract, patch.Subtract),
        _ => throw new MeshException(ErrorReason.PatchInvalid, "The patch has no change that this server knows."),
    };

    private static Increment Increment(V1.Increment increment)
    {
        var path = JsonPointer.Parse(increment.Pointer);
        return increment.AmountCase switch
        {
            V1.Increment.AmountOneofCase.Integer => new(path, increment.Integer, 0),
            V1.Increment.AmountOneofCase.Number when double.IsFinite(increment.Number) => new(path, null, increment.Number),
            _ => throw new MeshException(ErrorReason.PatchInvalid, "The increment has no amount, or one that is not finite."),
        };
    }

    private static ListPatch List(ListPatchKind kind, V1.ListChange change) =>
        ListPatch.Parse(kind, change.Pointer, change.ValuesJson, change.HasMaxLength ? change.MaxLength : null);

    private static ListPatch Set(ListPatchKind kind, V1.SetChange change) =>
        ListPatch.Parse(kind, change.Pointer, change.ValuesJson, maxLength: null);

    private static string FieldOf(V1.ItemPatch.ChangeOneofCase change) => change switch
    {
        V1.ItemPatch.ChangeOneofCase.None => "change",
        _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(change.ToString()),
    };

    /// <summary>What the operations so far are about. Each sees the mesh as it was, so two about one subject would not add up.</summary>
    private sealed class Subjects
    {
        private readonly HashSet<string> keys = new(StringComparer.Ordinal);
        private readonly HashSet<string> agents = new(StringComparer.Ordinal);
        private readonly HashSet<string> claims = new(StringComparer.Ordinal);

        public void Take(string key, string field)
        {
            if (!keys.Add(key))
            {
                throw new MeshException(ErrorReason.KeyInvalid, "The key occurs twice in one command.") { Field = field };
            }
        }

        public void TakeClaim(string name, string field)
        {
            if (!claims.Add(name))
            {
                throw new MeshException(ErrorReason.KeyInvalid, "The claim occurs twice in one command.") { Field = field };
            }
        }

        public void TakeAgent(string agent, string field)
        {
            if (!agents.Add(agent))
            {
                throw new MeshException(ErrorReason.AgentInvalid, "The agent's topics are set twice in one command.") { Field = field };
            }
        }
    }
}
