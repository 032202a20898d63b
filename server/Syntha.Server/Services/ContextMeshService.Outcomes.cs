using System.Globalization;
using Grpc.Core;
using Syntha.Mesh.Reading;
using Syntha.Server.Mapping;
using Syntha.V1;

namespace Syntha.Server.Services;

/// <summary>The owner's side of the contract: outcomes.</summary>
internal sealed partial class ContextMeshService
{
    private const int MaxOutcomes = 1_000;
    private const int DefaultOutcomes = 100;

    public override async Task<LogOutcomeResponse> LogOutcome(LogOutcomeRequest request, ServerCallContext context)
    {
        var logged = await outcomes.LogAsync(
            AgentName.Parse(request.AgentName), OutcomeMapping.FromWire(request.Report),
            Incoming.Identity(request.HasRequestId, request.RequestId, nameof(LogOutcome), request), context);
        return new() { Number = logged.Number, Replayed = logged.IsReplay };
    }

    public override async Task<ListOutcomesResponse> ListOutcomes(ListOutcomesRequest request, ServerCallContext context)
    {
        var filter = OutcomeMapping.FromWire(request);
        var size = Paging.Size(request.PageSize, DefaultOutcomes, MaxOutcomes);
        string?[] scope =
        [
            nameof(ListOutcomes), filter.Agent?.Value, filter.TaskType, filter.MaxAge?.ToString("c", CultureInfo.InvariantCulture),
            filter.IsSuccess?.ToString(),
        ];
        var found = await outcomes.ListAsync(filter, PlaceOf(PageToken.Read(request.PageToken, scope)), size + 1, context);
        var answer = new ListOutcomesResponse();
        long bytes = 0;
        foreach (var outcome in found.Take(size).Select(OutcomeMapping.ToWire))
        {
            bytes += outcome.CalculateSize() + 8;
            if (bytes > PageLimits.MaxBytes && answer.Outcomes.Count > 0)
            {
                break;
            }

            answer.Outcomes.Add(outcome);
        }
        if (answer.Outcomes.Count < found.Count)
        {
            answer.NextPageToken = PageToken.Write(answer.Outcomes[^1].Number.ToString(CultureInfo.InvariantCulture), scope);
        }

        return answer;
    }

    public override async Task<GetOutcomeMetricsResponse> GetOutcomeMetrics(GetOutcomeMetricsRequest request, ServerCallContext context) =>
        OutcomeMapping.ToWire(await outcomes.CountAsync(OutcomeMapping.FromWire(request), context));

    public override async Task<ClearOutcomesResponse> ClearOutcomes(ClearOutcomesRequest request, ServerCallContext context) => new()
    {
        RemovedOutcomes = await outcomes.ClearAsync(
            Incoming.Agent(request.HasAgentName, request.AgentName), OutcomeMapping.MinAge(request.MinAge), context),
    };

    private static long? PlaceOf(string? number) => number is null ? null
        : long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place
        : throw new MeshException(ErrorReason.PageTokenInvalid, "The page token does not belong to this request; begin again without one.");
}
