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
            // A port without TLS.
            if (inner is AuthenticationException && inner.Message.Contains("frame", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
