using System.Globalization;
using Syntha.Mesh.Access;
using Syntha.Mesh.Patching;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;

namespace Syntha.Server.Tools;

internal sealed class UpdateContextTool() : WritingTool(
    Tool.UpdateContext,
    "Update context",
    "Change a part of a shared value, safely beside other agents: a field, a counter, a list.",
    new ToolParameter("key", ParameterKind.Text, "Name of the value.", IsRequired: true),
    new ToolParameter(
        "operation", ParameterKind.Text,
        "set, remove, merge, increment, append, prepend, add (to a list, unless it is there), subtract (from a list).", IsRequired: true),
    new ToolParameter("path", ParameterKind.Text, "JSON Pointer to the part, such as /tasks/0/state. Default: the whole value."),
    new ToolParameter(
        "value", ParameterKind.Text, "Text, or JSON as text. For increment a number, default 1; for lists a list or one element."))
{
    private static readonly string[] Operations = ["set", "remove", "merge", "increment", "append", "prepend", "add", "subtract"];

    public override ImmutableArray<ResultMember> Results { get; } =
    [
        new("key", ResultKind.Text), new("operation", ResultKind.Text), new("path", ResultKind.Text), new("result", ResultKind.Any),
    ];

    public override bool IsIdempotent => false;

    public override WritingCall Parse(AgentName agent, ToolArguments arguments)
    {
        var operation = arguments.GetText("operation");
        if (!Operations.Contains(operation))
        {
            throw new ArgumentFault($"Argument 'operation' must be one of {string.Join(", ", Operations)}");
        }

        var path = arguments.FindText("path") ?? "";
        return new Call(
            ContextKey.Parse(arguments.GetText("key")), operation, path, PatchOf(operation, JsonPointer.Parse(path), arguments));
    }

    private static ValuePatch PatchOf(string operation, JsonPointer path, ToolArguments arguments) => operation switch
    {
        "set" => PlacePatch.Set(path, ValueOf(arguments)),
        "remove" => PlacePatch.Remove(path),
        "merge" => path.IsRoot
            ? MergePatch.Parse(ValueOf(arguments))
            : throw new ArgumentFault("Argument 'path' must be left out for merge: the value says by its members where it belongs"),
        "increment" => IncrementOf(path, arguments),
        "append" => ListOf(ListPatchKind.Append, path, arguments),
        "prepend" => ListOf(ListPatchKind.Prepend, path, arguments),
        "add" => ListOf(ListPatchKind.Add, path, arguments),
        _ => ListOf(ListPatchKind.Subtract, path, arguments),
    };

    private static string ValueOf(ToolArguments arguments) => JsonArgument.Of(arguments, "value")
        ?? throw new ArgumentFault("Missing argument 'value': text or JSON is expected");

    private static Increment IncrementOf(JsonPointer path, ToolArguments arguments) =>
        arguments.FindRaw("value") is not { } given ? new(path, 1, 0)
        : long.TryParse(given, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? new(path, whole, 0)
        : new(path, null, arguments.FindNumber("value")!.Value);

    private static ListPatch ListOf(ListPatchKind kind, JsonPointer path, ToolArguments arguments)
    {
        var value = ValueOf(arguments);
        return ListPatch.Parse(kind, path.Text, value.TrimStart().StartsWith('[') ? value : $"[{value}]", maxLength: null);
    }

    private sealed record Call(ContextKey Key, string Operation, string Path, ValuePatch Patch) : WritingCall
    {
        public override MeshCommand Command => new PatchItem(Key, Patch, IfRevision: null);

        public override ToolResult ResultOf(CommandResult result, MeshView view) =>
            ToolResult.Success($"Context '{Key.Value}' updated", json =>
            {
                json.WriteString("key", Key.Value);
                json.WriteString("operation", Operation);
                json.WriteString("path", Path);
                if (result.Answer.Result is { } told)
                {
                    json.WritePropertyName("result");
                    json.WriteRawValue(told, skipInputValidation: true);
                }
            });
    }
}
