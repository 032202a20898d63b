namespace Syntha.Client;

/// <summary>A part of the server that its configuration switches on or off.</summary>
public enum ServerFeature
{
    /// <summary>Calls need a credential.</summary>
    Authentication = 1,

    /// <summary>The server speaks TLS.</summary>
    Tls = 2,

    /// <summary>There is an audit trail.</summary>
    Audit = 3,

    /// <summary>Values are encrypted at rest.</summary>
    Encryption = 4,

    /// <summary>There are claims, and guards on them are held.</summary>
    Claims = 5,
}
