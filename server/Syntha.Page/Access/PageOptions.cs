using System.ComponentModel.DataAnnotations;

namespace Syntha.Page.Access;

/// <summary>The page to look into a mesh. Section <c>Page</c>.</summary>
public sealed record PageOptions
{
    public const string Section = "Page";

    /// <summary>
    /// Whether the port for HTTP/1.1 serves the page at <c>/</c>. Default: true without authentication, where the server listens on
    /// loopback only; false with authentication.
    /// </summary>
    public bool? Open { get; init; }

    /// <summary>
    /// How many pages may be open at once. Each holds some memory of the server, and a connection. Beyond it a page that is opened says so.
    /// Default: 200; from 1 to 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxOpen { get; init; } = 200;

    /// <summary>
    /// How long the server keeps what a page showed after its connection broke, so that it goes on without loading anew. Default: 2
    /// minutes; from 0 to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan KeepDisconnected { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a sign-in lasts without a request to the page. Default: 8 hours; from 1 minute to 30 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SignInLasts { get; init; } = TimeSpan.FromHours(8);

    /// <summary>
    /// The folder of the key ring that protects the cookies of sign-ins. Servers behind one address share it. Null: the keys are
    /// in memory, so that each reader signs in again after a restart. Default: null.
    /// </summary>
    public string? KeyRingPath { get; init; }

    public bool IsOpen(bool needsCredentials) => Open ?? !needsCredentials;
}
