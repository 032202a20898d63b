using System.Diagnostics.Metrics;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Stores;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Server.Streams;
using Syntha.Storage.Postgres;
using Syntha.Storage.Sqlite;

namespace Syntha.Server.Telemetry;

/// <summary>The server's own gauges. Their numbers are of all users together.</summary>
internal sealed class ServerMeter
{
    public const string Name = "Syntha.Server";

    public ServerMeter(
        IMeterFactory meters, MeshRegistry meshes, IUserStores stores, StreamCount streams, Sessions sessions, AuditWriter audit)
    {
        var meter = meters.Create(Name);
        meter.CreateObservableGauge("syntha.meshes.loaded", () => meshes.Loaded, "{mesh}", "Meshes in memory.");
        meter.CreateObservableGauge(
            "syntha.commands.queued", () => meshes.Queued, "{command}", "Commands that wait for their group to be written.");
        if (stores is SqliteStores files)
        {
            meter.CreateObservableGauge("syntha.stores.open", () => files.OpenStores, "{store}", "Users' files that are open.");
        }

        if (stores is PostgresStores database)
        {
            meter.CreateObservableGauge(
                "syntha.connections.used", () => database.ConnectionsInUse, "{connection}", "Connections to the database that are in use.");
        }

        meter.CreateObservableGauge(
            "syntha.streams.lag", () => streams.Lag, "{revision}", "Revisions that the stream furthest behind has not got yet.");
        meter.CreateObservableGauge("syntha.streams.live", () => streams.Total, "{stream}", "Live streams.");
        meter.CreateObservableGauge("syntha.audit.queued", () => audit.Queued, "{entry}", "Audit entries that wait to be written.");
        meter.CreateObservableGauge(
            "syntha.audit.users_behind", () => audit.UsersBehind, "{user}", "Users with commits that the audit trail does not have yet.");
        meter.CreateObservableGauge("syntha.sessions.live", () => sessions.Count, "{session}", "Callers on the connections that are open.");
    }
}
