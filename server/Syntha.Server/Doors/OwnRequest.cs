using Microsoft.AspNetCore.Http.Features;

namespace Syntha.Server.Doors;

/// <summary>
/// The request of a call within the server. It has the path of the contract's method and the headers of the request that it serves. It has
/// no body, because its message is an object.
/// </summary>
internal sealed class OwnRequest(IHttpRequestFeature outer, string path) : IHttpRequestFeature
{
    public string Protocol { get; set; } = outer.Protocol;

    public string Scheme { get; set; } = outer.Scheme;

    public string Method { get; set; } = HttpMethods.Post;

    public string PathBase { get; set; } = "";

    public string Path { get; set; } = path;

    public string QueryString { get; set; } = "";

    public string RawTarget { get; set; } = path;

    public IHeaderDictionary Headers { get; set; } = outer.Headers;

    public Stream Body { get; set; } = Stream.Null;
}
