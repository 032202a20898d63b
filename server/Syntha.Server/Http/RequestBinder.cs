using System.Globalization;
using System.Text;
using Google.Protobuf;
using Microsoft.Net.Http.Headers;

namespace Syntha.Server.Http;

/// <summary>Makes the message of a call from the path, the query, the headers and the body of a request.</summary>
internal static class RequestBinder
{
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary>The parameter that chooses between an item's value and the whole item.</summary>
    public const string Form = "form";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Fills all but the body.</summary>
    /// <exception cref="MeshException">MESSAGE_MALFORMED, ARGUMENT_INVALID, REQUEST_ID_INVALID.</exception>
    public static BoundRequest Bind(Route route, IReadOnlyList<string> pathValues, RequestTarget target, IHeaderDictionary headers)
    {
        var message = route.NewRequest();
        for (var index = 0; index < pathValues.Count; index++)
        {
            MessageReader.Set(message, route.PathFields[index].Field, RequestTarget.Decode(pathValues[index]));
        }

        var isWholeItem = BindQuery(route, target, message, out var place);
        if (headers[IdempotencyKey] is { Count: > 0 } ids)
        {
            if (message is not V1.IRepeatableRequest repeatable)
            {
                throw Wrong(IdempotencyKey, "This request takes no Idempotency-Key: it changes nothing, or cannot be repeated.");
            }

            repeatable.RequestId = ids.Count == 1 ? ids[0]!.Trim('"') : throw Wrong(IdempotencyKey, "It is given more than once.");
        }

        var guard = route.GuardField is null ? default : GuardOf(headers);
        if (guard.Revision is { } revision)
        {
            Set(message, route.GuardField!, revision);
        }

        return new(message, isWholeItem, place, guard.Epoch);
    }

    /// <summary>Fills what the body gives.</summary>
    /// <param name="route">The route.</param>
    /// <param name="bound">The request so far.</param>
    /// <param name="type">The body's media type, which says what kind of patch it is. No other form asks for it.</param>
    /// <param name="body">The body.</param>
    /// <exception cref="MeshException">MESSAGE_MALFORMED, ARGUMENT_INVALID, JSON_INVALID, REQUEST_TOO_LARGE.</exception>
    public static void BindBody(Route route, BoundRequest bound, string? type, byte[] body)
    {
        if (route.Form == RouteForm.PatchItem)
        {
            BindPatch((V1.ItemPatch)MessageFields.Reach(bound.Message, "patch.key").Holder, type, body);
            return;
        }

        if (route.Form == RouteForm.WriteItem)
        {
            var item = (V1.ItemWrite)MessageFields.Reach(bound.Message, "item.key").Holder;
            if (bound.IsWholeItem)
            {
                MessageReader.Read(body, item, "item", "key", "if_revision");
            }
            else
            {
                item.ValueJson = TextOf(body, ErrorReason.JsonInvalid, "item.value_json");
            }

            return;
        }

        if (route.Body == "")
        {
            string[] others = [.. route.PathFields.Select(field => field.Field), "as_agent", "request_id"];
            MessageReader.Read(body, bound.Message, "", others);
            return;
        }

        var field = route.Method.InputType.FindFieldByName(route.Body!);
        if (MessageFields.IsJsonText(field))
        {
            field.Accessor.SetValue(bound.Message, TextOf(body, ErrorReason.JsonInvalid, field.Name));
        }
        else if (!MessageReader.IsNull(body) && body.Length > 0)
        {
            MessageReader.Read(body, MessageFields.Reach(bound.Message, $"{field.Name}.").Holder, field.Name);
        }
    }

    private static void BindPatch(V1.ItemPatch patch, string? type, byte[] body)
    {
        var media = type?.Split(';')[0].Trim();
        if (MediaTypes.JsonPatch.Equals(media, StringComparison.OrdinalIgnoreCase))
        {
            patch.OperationsJson = TextOf(body, ErrorReason.JsonInvalid, "patch.operations_json");
        }
        else if (MediaTypes.MergePatch.Equals(media, StringComparison.OrdinalIgnoreCase))
        {
            patch.MergeJson = TextOf(body, ErrorReason.JsonInvalid, "patch.merge_json");
        }
        else if (MediaTypes.Json.Equals(media, StringComparison.OrdinalIgnoreCase))
        {
            MessageReader.Read(body, patch, "patch", "key", "if_revision");
        }
        else
        {
            throw Wrong(
                HeaderNames.ContentType,
                $"A patch is {MediaTypes.JsonPatch}, {MediaTypes.MergePatch}, or an ItemPatch as {MediaTypes.Json}.");
        }
    }

    private static bool BindQuery(Route route, RequestTarget target, IMessage message, out string? place)
    {
        var isWholeItem = false;
        place = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in target.Parameters())
        {
            if (name == Form && route.Form is RouteForm.ReadItem or RouteForm.WriteItem)
            {
                isWholeItem = value switch
                {
                    "value" => false,
                    "item" => true,
                    _ => throw Wrong(Form, "It is `value` or `item`."),
                };
                continue;
            }

            if (route.Form == RouteForm.Stream && name == EventStream.Start)
            {
                place = value;
                continue;
            }

            if (!route.QueryFields.TryGetValue(name, out var path))
            {
                throw Wrong(name.Length <= 100 ? name : name[..100], "There is no such parameter" +
                    (route.QueryFields.Count == 0 ? "." : $". The parameters are {string.Join(", ", route.QueryFields.Keys)}."));
            }

            if (!seen.Add(name) && !MessageFields.Find(message.Descriptor, path)!.IsRepeated)
            {
                throw Wrong(name, "It is given more than once.");
            }

            MessageReader.Set(message, path, value);
        }

        // The query has the fields of one kind of prompt only.
        if (message is V1.BuildPromptRequest prompt && route.Body is null)
        {
            prompt.Spec ??= new();
            prompt.Spec.System ??= new();
        }

        if (route.IsAboutOneItem && !route.HasKeyInPath && !seen.Contains("key"))
        {
            throw Wrong("key", "Name the key: in the path, or as ?key=.");
        }

        return isWholeItem;
    }

    // RFC 9110, sections 13.1.1 and 13.1.2, as far as the contract's guard goes.
    private static (long? Revision, string? Epoch) GuardOf(IHeaderDictionary headers)
    {
        if (headers.IfNoneMatch is { Count: > 0 } absent)
        {
            return absent.ToString().Trim() == "*" && headers.IfMatch.Count == 0
                ? (0, null)
                : throw Wrong(HeaderNames.IfNoneMatch, "A write takes If-None-Match: * alone, which says that the key must not exist.");
        }

        if (headers.IfMatch is not { Count: > 0 } present)
        {
            return default;
        }

        return ItemTag.TryParse(present.ToString(), out var epoch, out var revision) && revision > 0
            ? (revision, epoch)
            : throw Wrong(HeaderNames.IfMatch, "A write takes one ETag as a read has told it, or a revision in quotes, such as \"7\".");
    }

    private static string TextOf(byte[] body, ErrorReason reason, string field)
    {
        try
        {
            return Strict.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            throw new MeshException(reason, "The body is not UTF-8.") { Field = field };
        }
    }

    private static void Set(IMessage message, string path, long value) =>
        MessageReader.Set(message, path, value.ToString(CultureInfo.InvariantCulture));

    private static MeshException Wrong(string field, string why) => new(ErrorReason.ArgumentInvalid, $"{field}: {why}") { Field = field };
}
