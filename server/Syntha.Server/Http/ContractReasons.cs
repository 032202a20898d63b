using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Syntha.Server.Doors;
using Syntha.Server.Wire;

namespace Syntha.Server.Http;

/// <summary>The reasons for which a route may fail, as the comments of the contract list them.</summary>
internal static partial class ContractReasons
{
    public static IEnumerable<ErrorReason> Of(Route route)
    {
        var method = route.Method;
        var isRepeatable = method.InputType.FindFieldByName("request_id") is not null;
        var isAgents = CountsAsTool(method);
        return In(ContractComments.Of(method.Service.FullName))
            .Where(reason => isRepeatable || reason is not (ErrorReason.RequestIdInvalid or ErrorReason.RequestIdReused))
            .Where(reason => isAgents || reason != ErrorReason.ToolNotAllowed)
            .Concat(OfMethod(method))
            // The door's own: a name that it does not know, an encoding, a body.
            .Append(ErrorReason.ArgumentInvalid).Append(ErrorReason.MessageMalformed)
            .Concat(route.HasBody ? [ErrorReason.RequestTooLarge] : [])
            .Distinct();
    }

    private static bool CountsAsTool(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(V1.OptionsExtensions.CountsAs) is not null;

    private static IEnumerable<ErrorReason> OfMethod(MethodDescriptor method)
    {
        var text = ContractComments.Of(method.FullName);
        var begin = text.IndexOf("Errors:", StringComparison.Ordinal);
        if (begin < 0)
        {
            return [];
        }

        var errors = text[begin..];
        return In(errors).Concat(Others().Matches(errors).SelectMany(other => OfMethod(Find(method, other.Groups[1].Value))));
    }

    // Such as `those of Push`, or `those of ContextMesh.Push`.
    private static MethodDescriptor Find(MethodDescriptor method, string name)
    {
        var parts = name.Split('.');
        var service = parts.Length == 1 ? method.Service : V1.ContextMesh.Descriptor;
        return service.FindMethodByName(parts[^1]);
    }

    private static IEnumerable<ErrorReason> In(string text) => Names().Matches(text)
        .Select(name => StatusMapper.TryFind(name.Value, out var reason) ? reason : (ErrorReason?)null)
        .OfType<ErrorReason>();

    [GeneratedRegex("[A-Z]+(_[A-Z]+)+")]
    private static partial Regex Names();

    [GeneratedRegex("those of ([A-Za-z]+(\\.[A-Za-z]+)?)")]
    private static partial Regex Others();
}
