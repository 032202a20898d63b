namespace Syntha.Storage.Audit;

/// <summary>How a call ended. The numbers are stored, and are part of the contract. They never change their meaning.</summary>
public enum AuditOutcome
{
    Success = 1,
    Denied = 2,
    Failed = 3,
}
