namespace Syntha.Server.Admission;

/// <summary>How often a user may call.</summary>
/// <param name="CallsPerSecond">In the long run; from 1.</param>
/// <param name="Burst">At once after a pause; from 1.</param>
internal readonly record struct CallRate(long CallsPerSecond, long Burst);
