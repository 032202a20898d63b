using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>A stream of the client over a connection that can be cut, in the events of the scenarios.</summary>
internal interface IScenarioStream : IAsyncDisposable
{
    /// <summary>The position to resume after. <see langword="null"/>: it has none.</summary>
    Position? Through { get; }

    /// <summary>Waits until it is established.</summary>
    Task<JsonObject> EstablishAsync();

    /// <summary>The next event.</summary>
    Task<JsonObject> NextAsync();

    /// <summary>Breaks its connection.</summary>
    void Cut();
}
