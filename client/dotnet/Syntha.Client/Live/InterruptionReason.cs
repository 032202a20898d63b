namespace Syntha.Client;

/// <summary>Why a subscription has to connect again.</summary>
public enum InterruptionReason
{
    /// <summary>The connection failed, or the server does not answer. <see cref="ContextEvent.Interrupted.Failure"/> tells more.</summary>
    Failed,

    /// <summary>
    /// Nothing came for twice the heartbeat, or no answer came within <see cref="SynthaClientOptions.CallTimeout"/>.
    /// </summary>
    Silent,

    /// <summary>The server is shutting down.</summary>
    ShuttingDown,

    /// <summary>The server had to load the mesh anew.</summary>
    Reloaded,

    /// <summary>The server ended the stream, because the client took no message from it for too long.</summary>
    ReaderTooSlow,

    /// <summary>The stream ended without a reason.</summary>
    Ended,
}
