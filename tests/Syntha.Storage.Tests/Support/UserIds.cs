namespace Syntha.Storage.Tests.Support;

internal static class UserIds
{
    private static readonly UserIdRule Any = UserIdRule.FromPattern("[!-~]{1,128}");

    /// <summary>A new user. Tests are isolated because each has users of its own.</summary>
    public static UserId New() => Of($"user-{Guid.NewGuid():N}");

    public static UserId Of(string id) => Any.Parse(id);
}
