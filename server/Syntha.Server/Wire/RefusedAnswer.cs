using System.Globalization;
using System.Text;
using Grpc.Core;

namespace Syntha.Server.Wire;

/// <summary>
/// Answers a call that gRPC has not begun, as gRPC itself answers an error: the status is in the headers, and there is no body. gRPC cannot
/// do it here, because it reads the call's message first.
/// </summary>
internal static class RefusedAnswer
{
    public static void Write(HttpContext http, RpcException refusal, ErrorReason? reason)
    {
        var headers = http.Response.Headers;
        http.Response.ContentType = "application/grpc";
        headers["grpc-status"] = ((int)refusal.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (refusal.Status.Detail.Length > 0)
        {
            headers["grpc-message"] = Encode(refusal.Status.Detail);
        }

        foreach (var trailer in refusal.Trailers)
        {
            headers[trailer.Key] = trailer.IsBinary ? Convert.ToBase64String(trailer.ValueBytes) : trailer.Value;
        }

        CallTags.Add(http, refusal.StatusCode, reason is { } known ? StatusMapper.NameOf(known) : null);
    }

    // As gRPC's protocol over HTTP/2 says: UTF-8, and a per cent sign with two digits for all but printable ASCII.
    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                encoded.Append((char)value);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }
        return encoded.ToString();
    }
}
