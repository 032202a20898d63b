using System.Globalization;
using Google.Rpc;
using Microsoft.AspNetCore.Http;
using Syntha.Fuzz.Engine;
using Syntha.Server.Wire;

namespace Syntha.Fuzz.Messages;

/// <summary>
/// The headers of a refusal. Whatever text of a caller is in it, each header has printable ASCII only, the message can be read back, and
/// the details are the status and the reason. The first byte of the input chooses the reason; then come the message and a value of the
/// details.
/// </summary>
internal sealed class HeaderTarget : FuzzTarget
{
    private static readonly ErrorReason[] Reasons = Enum.GetValues<ErrorReason>();

    public override string Name => "header";

    public override void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        var (first, second) = Split(input[1..], 0);
        var reason = Reasons[input[0] % Reasons.Length];
        var fault = new MeshException(reason, TextOf(first)) { Metadata = { ["quota"] = TextOf(second) } };
        var refusal = StatusMapper.ToRpcException(fault);
        var http = new DefaultHttpContext();
        RefusedAnswer.Write(http, refusal, reason);

        var headers = http.Response.Headers;
        Demand(
            headers.All(header => $"{header.Key}{header.Value}".All(sign => sign is >= ' ' and <= '~')), "A header is no printable ASCII.");
        Demand(
            headers["grpc-status"] == ((int)refusal.StatusCode).ToString(CultureInfo.InvariantCulture) && refusal.StatusCode != 0,
            "The status is another one.");
        Demand(
            Uri.UnescapeDataString($"{headers["grpc-message"]}") == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(refusal.Status.Detail)),
            "The message cannot be read back.");
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String($"{headers["grpc-status-details-bin"]}"));
        Demand(status.Code == (int)refusal.StatusCode, "The details have another status.");
        Demand(status.Details[0].Unpack<ErrorInfo>().Reason == StatusMapper.NameOf(reason), "The details have another reason.");
    }
}
