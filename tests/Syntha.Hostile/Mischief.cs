namespace Syntha.Hostile;

/// <summary>What the proxy does to one call.</summary>
public enum Mischief
{
    /// <summary>The connection breaks, and the server never sees the call.</summary>
    CutBefore,

    /// <summary>The connection breaks after the server has answered, or in the middle of a stream. The answer is lost.</summary>
    CutAfter,

    /// <summary>The stream of the call is reset before the server sees the call.</summary>
    ResetBefore,

    /// <summary>The stream of the call is reset after the server has answered.</summary>
    ResetAfter,

    /// <summary>The proxy answers with a status of HTTP, as during a rollout. The server never sees the call.</summary>
    ForeignHttpBefore,

    /// <summary>The same after the server has carried out the call, as a gateway does that did not wait long enough.</summary>
    ForeignHttpAfter,

    /// <summary>The proxy answers with a status of gRPC that has no reason.</summary>
    ForeignGrpc,

    /// <summary>The answer ends in the middle of its message, and has no status.</summary>
    Incomplete,

    /// <summary>The connection is closed in an orderly way (GOAWAY), as nginx does after <c>keepalive_requests</c>.</summary>
    GoAway,

    /// <summary>The next connection is accepted, and is then silent.</summary>
    SilentAccept,

    /// <summary>The answer comes late.</summary>
    Delay,
}
