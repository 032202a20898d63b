using System.Globalization;
using Grpc.Core;
using ModelContextProtocol;
using Syntha.Server.Doors;
using Syntha.Server.Wire;

namespace Syntha.Server.Mcp;

/// <summary>Failures as MCP tells them: an error of JSON-RPC. Its `data` has the reason of the contract.</summary>
internal static class McpErrors
{
    // JSON-RPC leaves the codes from -32000 on to servers.
    private const McpErrorCode ServerError = (McpErrorCode)(-32000);

    public static McpProtocolException InvalidParams(string message) => new(message, McpErrorCode.InvalidParams);

    /// <summary>No such resource, or none that the agent can read.</summary>
    /// <param name="address">The address that was asked for.</param>
    /// <param name="isStateless">Whether the client speaks a revision that has no code of its own for this.</param>
    public static McpProtocolException NotFound(string address, bool isStateless) =>
        new("There is no such resource that you can read.", isStateless ? McpErrorCode.InvalidParams : McpErrorCode.ResourceNotFound)
        {
            Data = { ["uri"] = address },
        };

    public static McpProtocolException NoSubscriptions() => new(
        "Subscriptions need revision 2026-07-28 of the protocol. Read syntha://changes instead.", McpErrorCode.MethodNotFound);

    public static McpProtocolException Of(MeshException refusal) => Of(CallFailure.Of(refusal));

    /// <param name="failure">The failure. Null: the client has gone.</param>
    public static McpProtocolException Of(CallFailure? failure)
    {
        if (failure is null)
        {
            return new("The client has gone.", ServerError);
        }

        var error = new McpProtocolException(failure.Message, CodeOf(failure));
        foreach (var (name, value) in DataOf(failure))
        {
            error.Data[name] = value;
        }

        return error;
    }

    public static McpErrorCode CodeOf(CallFailure failure) => failure.Code switch
    {
        StatusCode.InvalidArgument => McpErrorCode.InvalidParams,
        StatusCode.Internal => McpErrorCode.InternalError,
        _ => ServerError,
    };

    /// <summary>The members of the error's `data`.</summary>
    public static IEnumerable<(string Name, string Value)> DataOf(CallFailure failure)
    {
        if (failure.Reason is { } reason)
        {
            yield return ("reason", StatusMapper.NameOf(reason));
            yield return ("remedy", ContractComments.RemedyOf(StatusMapper.NameOf(reason)));
        }

        if (failure.Field is { } field)
        {
            yield return ("field", field);
        }

        if (failure.RetryAfter is { } delay)
        {
            yield return ("retryAfterSeconds", delay.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (name, value) in failure.Metadata)
        {
            yield return (name, value);
        }
    }
}
