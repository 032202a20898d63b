using Grpc.Core;
using Syntha.Mesh.Reading;
using Syntha.Server.Mapping;
using Syntha.V1;

namespace Syntha.Server.Operations;

/// <content>Calls on the audit trail.</content>
internal sealed partial class AdministrationService
{
    public override async Task<ListAuditEventsResponse> ListAuditEvents(ListAuditEventsRequest request, ServerCallContext context)
    {
        var filter = AuditForms.FromWire(request);
        AdministrationForms.Text(request.Node, "node");
        var size = Paging.Size(request.PageSize, MaxListed, 1_000);
        string?[] scope =
        [
            nameof(ListAuditEvents), filter.User, request.StartTime?.ToString(), request.EndTime?.ToString(), filter.Outcome?.ToString(),
            filter.Method, request.OldestFirst.ToString(), request.Node,
        ];
        var after = AuditForms.ReadPlace(PageToken.Read(request.PageToken, scope));
        var answer = new ListAuditEventsResponse();
        // The heads are read before the entries, so that the entries reach at least as far as the heads.
        if (after is null)
        {
            answer.Heads.AddRange((await audit.HeadsAsync(context.CancellationToken)).Select(AuditForms.ToWire));
        }

        var found = request.Node.Length > 0
            ? await audit.ListChainAsync(request.Node, after?.Sequence ?? 0, size + 1, context.CancellationToken)
            : await audit.ListAsync(filter, after, request.OldestFirst, size + 1, context.CancellationToken);
        long bytes = 0;
        foreach (var told in found.Take(size).Select(AuditForms.ToWire))
        {
            bytes += told.CalculateSize() + 8;
            if (bytes > PageLimits.MaxBytes && answer.Events.Count > 0)
            {
                break;
            }

            answer.Events.Add(told);
        }
        if (answer.Events.Count < found.Count)
        {
            answer.NextPageToken = PageToken.Write(AuditForms.WritePlace(found[answer.Events.Count - 1]), scope);
        }

        return answer;
    }
}
