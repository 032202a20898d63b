using System.Diagnostics.Metrics;
using Syntha.Mesh.Serving;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Server.Streams;
using Syntha.Storage;

namespace Syntha.Server.Telemetry;

/// <summary>The server's own gauges. Their numbers are of all users together.</summary>
internal sealed class ServerMeter
{
    public const string Name = "Syntha.Server";

    public ServerMeter(
        IMeterFactory meters, MeshRegistry meshes, ServerStorage storage, StreamCount streams, Sessions sessions, AuditWriter audit)
    {
        var meter = meters.Create(Name);
        meter.CreateObservableGauge("syntha.meshes.loaded", () => meshes.Loaded, "{mesh}", "Meshes in memory.");
        meter.CreateObservableGauge(
            "syntha.commands.queued", () => meshes.Queued, "{command}", "Commands that wait for their group to be written.");
        meter.CreateObservableGauge(
            "syntha.work.queued", () => meshes.CostlyQueued, "{turn}", "Turns of costly work that wait for their user's turn.");
        storage.AddGauges(meter);
        meter.CreateObservableGauge(
            "syntha.streams.lag", () => streams.Lag, "{revision}", "Revisions that the stream furthest behind has not got yet.");
        meter.CreateObservableGauge("syntha.streams.live", () => streams.Total, "{stream}", "Live streams.");
        meter.CreateObservableGauge("syntha.audit.queued", () => audit.Queued, "{entry}", "Audit entries that wait to be written.");
        meter.CreateObservableGauge(
            "syntha.audit.users_behind", () => audit.UsersBehind, "{user}", "Users with commits that the audit trail does not have yet.");
        meter.CreateObservableGauge("syntha.sessions.live", () => sessions.Count, "{session}", "Callers on the connections that are open.");
    }
}
