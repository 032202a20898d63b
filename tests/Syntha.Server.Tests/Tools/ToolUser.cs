using System.Text.Json.Nodes;

namespace Syntha.Server.Tests.Tools;

/// <summary>Short calls of a user's tools: an agent's call, and its result.</summary>
internal static class ToolUser
{
    public static async Task<JsonObject> CallAsync(this TestUser user, string agent, string tool, string arguments = "")
    {
        var answer = await user.Tools.CallToolAsync(new() { AsAgent = agent, Name = tool, ArgumentsJson = arguments });
        var result = JsonNode.Parse(answer.ResultJson, documentOptions: new() { MaxDepth = 128 })!.AsObject();
        Assert.Equal(answer.Success, (bool)result["success"]!);
        Assert.Equal(answer.Success, result.ContainsKey("message"));
        Assert.NotEqual(answer.Success, result.ContainsKey("error"));
        return result;
    }

    /// <summary>The result as JSON text, without the members that a test does not ask about.</summary>
    public static string Text(this JsonObject result, params string[] members) =>
        string.Join(' ', members.Select(member => result[member]?.ToJsonString(Plain) ?? "-"));

    public static string Error(this JsonObject result)
    {
        Assert.False((bool)result["success"]!);
        return (string)result["error"]!;
    }

    private static readonly System.Text.Json.JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 128 };
}
