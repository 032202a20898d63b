namespace Syntha.Server.Tests.Support;

/// <summary>A file that holds what the server says. With SYNTHA_TESTS_GOLDEN=write a test writes its file anew.</summary>
internal static class GoldenFile
{
    /// <summary>Compares a text with the file.</summary>
    public static async Task HoldAsync(string path, string text)
    {
        if (Environment.GetEnvironmentVariable("SYNTHA_TESTS_GOLDEN") == "write")
        {
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), text);
    }
}
