using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Grpc.Core;
using Syntha.Cli.Output;
using Syntha.V1;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha undo</c> and <c>syntha redact</c>: what is taken back, with the credential of the mesh's user.</summary>
internal static class UndoCommands
{
    public static Command BuildUndo()
    {
        var revision = Revision("--revision", "Take back the command of this revision");
        var since = Revision("--since", "Take back all commands behind this revision. 0: from the beginning");
        var through = Revision("--through", "With --since: up to this revision. Without it: up to now");
        var author = Author("Take back only what this agent wrote");
        var isWhole = new Option<bool>("--all-or-nothing") { Description = "Do nothing when something has to be left alone" };
        var isMeant = new Option<bool>("--yes") { Description = "Carry the plan out. Without this option it is only shown" };
        var user = HistoryCommands.User();
        var command = new Command("undo", "Show what an undo would change, and carry it out with --yes. An undo can be undone")
        {
            user, revision, since, through, author, isWhole, isMeant,
        };
        DemandOne(command, revision, since);
        command.Validators.Add(result =>
        {
            if (result.GetResult(through) is not null && result.GetResult(since) is null)
            {
                result.AddError("--through is for a range: give --since as well.");
            }
        });
        HistoryCommands.Connection().RunOnChannel(command, async (channel, parsed, output, cancellationToken) =>
        {
            var (mesh, headers) = (new ContextMesh.ContextMeshClient(channel), HistoryCommands.HeadersOf(parsed.GetValue(user)!));
            var now = await NowAsync(mesh, headers, cancellationToken);
            var scope = parsed.GetValue(revision) is { } one
                ? new UndoScope { Command = At(now, one) }
                : new UndoScope
                {
                    Range = new()
                    {
                        After = At(now, parsed.GetValue(since)!.Value),
                        Through = parsed.GetValue(through) is { } last ? At(now, last) : null,
                    },
                };
            if (parsed.GetValue(author) is { } name)
            {
                scope.Author = name;
            }

            var plan = await ShowAsync(mesh, headers, scope, output, cancellationToken);
            if (!parsed.GetValue(isMeant))
            {
                await output.WriteLineAsync("Nothing was changed. Carry it out with --yes.");
                return;
            }

            var request = new UndoRequest
            {
                RequestId = Guid.CreateVersion7().ToString(),
                Scope = scope,
                PlanPosition = plan,
                AllOrNothing = parsed.GetValue(isWhole),
            };
            var undone = await mesh.UndoAsync(request, headers, cancellationToken: cancellationToken);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"Revision {undone.Position.Revision}: {undone.Undone} taken back, {undone.LeftAlone} left alone."));
        });
        return command;
    }

    public static Command BuildRedact()
    {
        var key = new Argument<string>("key") { Description = "The key" };
        var revision = Revision("--revision", "The version that the command of this revision wrote");
        var through = Revision("--through", "All versions up to this revision");
        var former = new Option<bool>("--former") { Description = "All versions but the present item" };
        var every = new Option<bool>("--every") { Description = "All versions. The present item is removed" };
        var author = Author("Of these only the versions that this agent wrote");
        var isMeant = new Option<bool>("--yes") { Description = "Confirm it. Without this option nothing is redacted" };
        var user = HistoryCommands.User();
        var command = new Command("redact", "Remove values of a key from history for good. Who wrote when stays")
        {
            key, user, revision, through, former, every, author, isMeant,
        };
        DemandOne(command, revision, through, former, every);
        command.Validators.Add(result =>
        {
            if (!result.GetValue(isMeant))
            {
                result.AddError("A redaction cannot be undone. Confirm it with --yes.");
            }
        });
        HistoryCommands.Connection().RunOnChannel(command, async (channel, parsed, output, cancellationToken) =>
        {
            var (mesh, headers) = (new ContextMesh.ContextMeshClient(channel), HistoryCommands.HeadersOf(parsed.GetValue(user)!));
            var now = await NowAsync(mesh, headers, cancellationToken);
            var request = new RedactRequest { Key = parsed.GetValue(key)! };
            if (parsed.GetValue(author) is { } name)
            {
                request.Author = name;
            }

            if (parsed.GetValue(revision) is { } one)
            {
                request.Version = At(now, one);
            }
            else if (parsed.GetValue(through) is { } last)
            {
                request.Through = At(now, last);
            }
            else if (parsed.GetValue(former))
            {
                request.Former = new();
            }
            else
            {
                request.Every = new();
            }

            // One command of the server takes some thousands of versions.
            var (versions, isRemoved, hasMore) = (0L, false, true);
            while (hasMore)
            {
                request.RequestId = Guid.CreateVersion7().ToString();
                var redacted = await mesh.RedactAsync(request, headers, cancellationToken: cancellationToken);
                (versions, isRemoved, hasMore) = (versions + redacted.RedactedVersions, isRemoved || redacted.Removed, redacted.HasMore);
            }

            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"Versions redacted: {versions}.{(isRemoved ? " The item was removed." : "")}"));
        });
        return command;
    }

    // All pages of the plan are of one position.
    private static async Task<Position> ShowAsync(
        ContextMesh.ContextMeshClient mesh, Metadata headers, UndoScope scope, TextWriter output, CancellationToken cancellationToken)
    {
        var request = new PlanUndoRequest { Scope = scope };
        var table = new TextTable("KIND", "KEY", "NOW", "AFTERWARDS", "OBSTACLE");
        while (true)
        {
            var page = await mesh.PlanUndoAsync(request, headers, cancellationToken: cancellationToken);
            foreach (var undo in page.Undos)
            {
                var kind = undo.Kind == ChangeKind.Unspecified ? "left alone" : $"{undo.Kind}";
                table.Add(kind, undo.Key, HistoryCommands.Short(undo.Present), HistoryCommands.Short(undo.Restored), ObstacleOf(undo));
            }

            request.PageToken = page.NextPageToken;
            if (request.PageToken.Length == 0)
            {
                await table.WriteAsync(output);
                return page.Position;
            }
        }
    }

    private static string ObstacleOf(PlannedUndo undo) => undo.Obstacle switch
    {
        null => undo.FormerExpired ? "the former item has expired" : "",
        { Kind: UndoObstacleKind.BuiltOn } built => string.Create(
            CultureInfo.InvariantCulture,
            $"changed by {(built.HasAuthor ? built.Author : "the owner")} at revision {built.Revision}"),
        { Kind: UndoObstacleKind.Redacted } => "redacted",
        _ => "not allowed",
    };

    private static async Task<Position> NowAsync(
        ContextMesh.ContextMeshClient mesh, Metadata headers, CancellationToken cancellationToken) =>
        (await mesh.GetAsync(new() { Key = "" }, headers, cancellationToken: cancellationToken)).Position;

    // People name revisions. They mean those of the store's present life.
    private static Position At(Position now, long revision) => new() { Epoch = now.Epoch, Revision = revision };

    private static Option<long?> Revision(string name, string description) =>
        new(name) { Description = description, HelpName = "revision" };

    private static Option<string?> Author(string description) => new("--author") { Description = description, HelpName = "agent" };

    private static void DemandOne(Command command, params Option[] options) => command.Validators.Add(result =>
    {
        if (options.Count(option => result.GetResult(option) is OptionResult { Implicit: false }) != 1)
        {
            result.AddError($"Give one of {string.Join(", ", options.Select(option => option.Name))}.");
        }
    });
}
