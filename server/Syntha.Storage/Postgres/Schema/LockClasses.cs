namespace Syntha.Storage.Postgres.Schema;

/// <summary>
/// The classes of the advisory locks. PostgreSQL knows such a lock by two numbers: this class, and a number within it. Transactions exclude
/// each other only if both numbers are equal, so each class is written once, here.
/// </summary>
internal static class LockClasses
{
    /// <summary>One node at a time installs the server's own tables. The number is 0.</summary>
    public const string Installation = "1400467540";

    /// <summary>One node at a time makes or erases a user's schema. The number is a hash of the user id.</summary>
    public const string UserSchema = "1400467541";

    /// <summary>
    /// Transactions that take no lock on the head share it while they use the user's data keys; a change of the keys takes it alone. The
    /// number is a hash of the user id.
    /// </summary>
    public const string DataKeys = "1400467542";
}
