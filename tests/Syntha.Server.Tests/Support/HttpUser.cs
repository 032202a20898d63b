namespace Syntha.Server.Tests.Support;

/// <summary>A user who calls by HTTP and JSON.</summary>
/// <param name="server">The address of the HTTP port.</param>
/// <param name="id">The user's id. Null: the requests name none.</param>
/// <param name="secret">An API key; null where the server needs none.</param>
internal sealed class HttpUser(Uri server, string? id, string? secret = null)
{
    public Uri Server => server;

    public string[] Headers =>
        [.. id is null ? (string[])[] : [$"user-id: {id}"], .. secret is null ? (string[])[] : [$"Authorization: Bearer {secret}"]];

    public Task<HttpAnswer> SendAsync(string verb, string target, string? body = null, params string[] headers) =>
        RawHttp.SendAsync(server, verb, "/v1" + target, body, [.. Headers, .. headers]);

    public Task<HttpAnswer> GetAsync(string target, params string[] headers) => SendAsync("GET", target, null, headers);

    public Task<HttpAnswer> PutAsync(string target, string body, params string[] headers) => SendAsync("PUT", target, body, headers);

    public Task<HttpAnswer> PostAsync(string target, string body = "", params string[] headers) => SendAsync("POST", target, body, headers);
}
