using ModelContextProtocol.Protocol;

namespace Syntha.Server.Tests.Mcp.Conformance;

/// <summary>Contents, schemas and resources that the conformance suite asks for.</summary>
internal static class FixtureContent
{
    /// <summary>A picture of one point.</summary>
    public const string Image = $$"""{"type":"image","mimeType":"image/png","data":"{{Png}}"}""";

    /// <summary>A sound without a sample.</summary>
    public const string Sound = """
        {"type":"audio","mimeType":"audio/wav","data":"UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA="}
        """;

    public const string NameAndMail = """
        {"type":"object","required":["username","email"],"properties":{
          "username":{"type":"string","description":"What the person wants to be called"},
          "email":{"type":"string","description":"Where the person gets mail"}}}
        """;

    public const string Defaults = """
        {"type":"object","properties":{
          "name":{"type":"string","default":"John Doe"},
          "age":{"type":"integer","default":30},
          "score":{"type":"number","default":95.5},
          "status":{"type":"string","enum":["active","inactive","pending"],"default":"active"},
          "verified":{"type":"boolean","default":true}}}
        """;

    public const string Choices = """
        {"type":"object","properties":{
          "untitledSingle":{"type":"string","enum":["option1","option2","option3"]},
          "titledSingle":{"type":"string","oneOf":[
            {"const":"value1","title":"First"},{"const":"value2","title":"Second"},{"const":"value3","title":"Third"}]},
          "legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],"enumNames":["One","Two","Three"]},
          "untitledMulti":{"type":"array","items":{"type":"string","enum":["option1","option2","option3"]}},
          "titledMulti":{"type":"array","items":{"anyOf":[
            {"const":"value1","title":"First"},{"const":"value2","title":"Second"},{"const":"value3","title":"Third"}]}}}}
        """;

    private const string Png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private const string TemplateStart = "test://template/";
    private const string TemplateEnd = "/data";

    public static ListResourcesResult Resources() => McpFixtures.Of<ListResourcesResult>("""
        {"resources":[
          {"uri":"test://static-text","name":"text","mimeType":"text/plain"},
          {"uri":"test://static-binary","name":"binary","mimeType":"image/png"},
          {"uri":"test://watched-resource","name":"watched","mimeType":"text/plain"}],
         "ttlMs":0,"cacheScope":"private"}
        """);

    public static ListResourceTemplatesResult Templates() => McpFixtures.Of<ListResourceTemplatesResult>("""
        {"resourceTemplates":[{"uriTemplate":"test://template/{id}/data","name":"template","mimeType":"application/json"}],
         "ttlMs":0,"cacheScope":"private"}
        """);

    public static ReadResourceResult Read(string address) => McpFixtures.Of<ReadResourceResult>($$"""
        {"contents":[{"uri":"{{address}}",{{ContentOf(address)}}}],"ttlMs":0,"cacheScope":"private"}
        """);

    private static string ContentOf(string address) => address switch
    {
        "test://static-text" or "test://watched-resource" => """ "mimeType":"text/plain","text":"A text that stays." """,
        "test://static-binary" => $$""" "mimeType":"image/png","blob":"{{Png}}" """,
        _ when address.StartsWith(TemplateStart, StringComparison.Ordinal) && address.EndsWith(TemplateEnd, StringComparison.Ordinal) =>
            $$""" "mimeType":"application/json","text":"{\"id\":\"{{address[TemplateStart.Length..^TemplateEnd.Length]}}\"}" """,
        _ => throw new ModelContextProtocol.McpProtocolException(
            "There is no such resource.", ModelContextProtocol.McpErrorCode.InvalidParams)
        { Data = { ["uri"] = address } },
    };
}
