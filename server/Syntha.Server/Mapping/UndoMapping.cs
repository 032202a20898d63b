using System.Globalization;
using Syntha.Mesh.History;
using Syntha.Mesh.Log;

namespace Syntha.Server.Mapping;

/// <summary>Translates undos and redactions between the contract and the domain.</summary>
internal static class UndoMapping
{
    private const int MaxSteps = 1_000;
    private const int DefaultSteps = 100;
    private const int MaxKeys = 10_000;
    private const int DefaultKeys = 1_000;

    /// <param name="scope">What is taken back.</param>
    /// <param name="actor">The agent that asks. Null: the owner.</param>
    /// <exception cref="MeshException">ARGUMENT_INVALID, AGENT_INVALID, OWNER_REQUIRED.</exception>
    public static UndoScope Scope(V1.UndoScope? scope, AgentName? actor)
    {
        var author = scope?.HasAuthor == true ? Author(scope.Author, "scope.author") : actor;
        if (actor is not null && author != actor)
        {
            throw new MeshException(ErrorReason.OwnerRequired, "An agent takes back only what it wrote itself.") { Field = "scope.author" };
        }

        switch (scope?.CommandsCase)
        {
            case V1.UndoScope.CommandsOneofCase.Command:
                var command = HistoryMapping.Position(scope.Command);
                return command.Revision > 0
                    ? new(command with { Revision = command.Revision - 1 }, command, author)
                    : throw FromWire.Invalid("scope.command", "There is no command of this revision; the first one is 1.");
            case V1.UndoScope.CommandsOneofCase.Range:
                var range = scope.Range;
                return new(
                    HistoryMapping.Position(range.After), range.Through is null ? null : HistoryMapping.Position(range.Through), author);
            default:
                throw FromWire.Invalid("scope", "The scope names neither a command nor a range.");
        }
    }

    /// <summary>How a request for a plan is paged. The plan's position is null for the first page.</summary>
    /// <exception cref="MeshException">ARGUMENT_INVALID, PAGE_TOKEN_INVALID.</exception>
    public static (UndoPageSize Size, Position? Plan, UndoMark? After) Page(V1.PlanUndoRequest request)
    {
        var isKeys = FromWire.Known(request.View, "view") == V1.ItemView.Keys;
        var size = isKeys
            ? Paging.Size(request.PageSize, DefaultKeys, MaxKeys)
            : Paging.Size(request.PageSize, DefaultSteps, MaxSteps);
        var limits = new UndoPageSize(size, step => SizeOf(step, request.View));
        if (PageToken.Read(request.PageToken, ScopeOf(request)) is not { } token)
        {
            return (limits, null, null);
        }

        var parts = token.Split('.', 4);
        return parts.Length == 4 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? (limits, new Position(parts[0], revision), new UndoMark(parts[2] == "agent", parts[3]))
            : throw new MeshException(
                ErrorReason.PageTokenInvalid, "The page token does not belong to this request; begin again without one.");
    }

    public static V1.PlanUndoResponse ToWire(UndoPage page, V1.PlanUndoRequest request)
    {
        var answer = new V1.PlanUndoResponse
        {
            Position = Mapping.ToWire.Position(page.Position),
            NextPageToken = PageToken.Write(
                page.Next is { } next
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{page.Position.Epoch}.{page.Position.Revision}.{(next.IsAgent ? "agent" : "key")}.{next.Subject}")
                    : null,
                ScopeOf(request)),
        };
        answer.Undos.AddRange(page.Steps.Select(step => ToWire(step, request.View)));
        return answer;
    }

    /// <summary>The versions that a redaction is about.</summary>
    /// <exception cref="MeshException">ARGUMENT_INVALID, AGENT_INVALID.</exception>
    public static VersionsOfKey Versions(V1.RedactRequest request)
    {
        AgentName? author = request.HasAuthor ? Author(request.Author, "author") : null;
        return request.VersionsCase switch
        {
            V1.RedactRequest.VersionsOneofCase.Version =>
                new(HistoryMapping.Position(request.Version), HistoryMapping.Position(request.Version), author, KeepsPresent: false),
            V1.RedactRequest.VersionsOneofCase.Through =>
                new(null, HistoryMapping.Position(request.Through), author, KeepsPresent: false),
            V1.RedactRequest.VersionsOneofCase.Former => new(null, null, author, KeepsPresent: true),
            V1.RedactRequest.VersionsOneofCase.Every => new(null, null, author, KeepsPresent: false),
            _ => throw FromWire.Invalid("versions", "The request does not say which versions."),
        };
    }

    private static V1.PlannedUndo ToWire(UndoStep step, V1.ItemView view)
    {
        var answer = new V1.PlannedUndo { Key = step.Subject, Kind = KindOf(step), FormerExpired = step.HasExpired };
        if (step.Present is { } present)
        {
            answer.Present = Mapping.ToWire.Item(present, view);
        }

        if (step.Former is { } former)
        {
            answer.Restored = Mapping.ToWire.Item(former, view);
        }

        if (step.FormerRecord is { } record)
        {
            answer.RestoredAgent = Mapping.ToWire.Agent(record);
        }

        if (step.Obstacle is { } obstacle)
        {
            answer.Obstacle = new() { Kind = KindOf(obstacle.Kind), Revision = obstacle.Revision };
            if (obstacle.Author is { } author)
            {
                answer.Obstacle.Author = author.Value;
            }
        }

        return answer;
    }

    private static V1.ChangeKind KindOf(UndoStep step) =>
        !step.HasEffect ? V1.ChangeKind.Unspecified
        : step.IsAgent ? V1.ChangeKind.AgentChanged
        : step.Former is null ? V1.ChangeKind.Removed
        : step.Present is null ? V1.ChangeKind.Created
        : V1.ChangeKind.Updated;

    private static V1.UndoObstacleKind KindOf(UndoObstacleKind kind) => kind switch
    {
        UndoObstacleKind.BuiltOn => V1.UndoObstacleKind.BuiltOn,
        UndoObstacleKind.Redacted => V1.UndoObstacleKind.Redacted,
        UndoObstacleKind.NotAllowed => V1.UndoObstacleKind.NotAllowed,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An obstacle that the contract lacks."),
    };

    // An agent's record has names, and each takes up to four bytes a character.
    private static long SizeOf(UndoStep step, V1.ItemView view) =>
        128 + (4L * step.Subject.Length) +
        (step.Present is { } present ? Mapping.ToWire.SizeOf(present, view) : 0) +
        (step.Former is { } former ? Mapping.ToWire.SizeOf(former, view) : 0) +
        (4 * (step.FormerRecord?.Length ?? 0));

    private static string?[] ScopeOf(V1.PlanUndoRequest request) =>
        ["PlanUndo", request.HasAsAgent ? request.AsAgent : null, request.Scope?.ToString(), request.View.ToString()];

    private static AgentName Author(string name, string field)
    {
        try
        {
            return AgentName.Parse(name);
        }
        catch (MeshException refusal)
        {
            throw refusal.In(field);
        }
    }
}
