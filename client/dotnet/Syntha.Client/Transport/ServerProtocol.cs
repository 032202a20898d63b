using System.Security.Authentication;

namespace Syntha.Client;

/// <summary>Tells a port that speaks another protocol from a server that cannot be reached.</summary>
internal static class ServerProtocol
{
    internal const string Remedy = "The port speaks another protocol. Give the server's gRPC port, with https:// only where the server has "
        + "a certificate.";

    /// <param name="cause">What the transport threw.</param>
    internal static bool IsWrong(Exception? cause)
    {
        for (var inner = cause; inner is not null; inner = inner.InnerException)
        {
            // HTTP/1.1 where HTTP/2 was expected: the answer is no frame, or says so. The last is a port without TLS.
            if (inner is HttpRequestException
                    {
                        HttpRequestError: HttpRequestError.VersionNegotiationError or HttpRequestError.InvalidResponse,
                    }
                or HttpProtocolException { ErrorCode: Http11Required }
                || (inner is AuthenticationException && inner.Message.Contains("frame", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    // RFC 9113, section 7: HTTP_1_1_REQUIRED.
    private const long Http11Required = 0xd;
}
