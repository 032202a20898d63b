namespace Syntha.Storage.Tests.Support;

internal static class Users
{
    private static readonly UserIdRule Any = UserIdRule.FromPattern("[!-~]{1,128}");

    /// <summary>Nobody else's: a user of its own is what keeps tests apart.</summary>
    public static UserId New() => Of($"user-{Guid.NewGuid():N}");

    public static UserId Of(string id) => Any.Parse(id);
}
