namespace Syntha.Server.Doors;

/// <summary>How a call ended: with an answer or with a failure.</summary>
/// <param name="Answer">The answer. Null: the call failed.</param>
/// <param name="Failure">Why the call failed. Null: it has an answer.</param>
internal readonly record struct CallResult<TResponse>(TResponse? Answer, CallFailure? Failure)
    where TResponse : class;
