namespace Syntha.Storage.Audit;

/// <summary>How a call went. The numbers are stored and stand in the contract; they never change their meaning.</summary>
public enum AuditOutcome
{
    Success = 1,
    Denied = 2,
    Failed = 3,
}
