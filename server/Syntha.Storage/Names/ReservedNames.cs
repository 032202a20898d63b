using System.Collections.Frozen;

namespace Syntha.Storage.Names;

/// <summary>Names that have a meaning for an operating system or for PostgreSQL. In lower case, as store names are.</summary>
internal static class ReservedNames
{
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
    [
        // Windows devices: to open a file of such a name opens the device, in every folder.
        "con", "prn", "aux", "nul",
        "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
        "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",

        // Schemas, databases and role words of PostgreSQL, and the server's own schema.
        "public", "information_schema", "postgres", "template0", "template1", "none", "current_user", "session_user", "syntha",
    ]);

    public static bool Contain(string name) => Names.Contains(name) || name.StartsWith("pg_", StringComparison.Ordinal);
}
