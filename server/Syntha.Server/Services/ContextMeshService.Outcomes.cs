using System.Globalization;
using Grpc.Core;
using Syntha.Mesh.Reading;
using Syntha.Server.Mapping;

namespace Syntha.Server.Services;

/// <content>Calls on outcomes.</content>
internal sealed partial class ContextMeshService
{
    private const int MaxOutcomes = 1_000;
    private const int DefaultOutcomes = 100;

    public override Task<V1.LogOutcomeResponse> LogOutcome(V1.LogOutcomeRequest request, ServerCallContext context) =>
        methods.LogOutcomeAsync(request, isAgentsCall: false, nameof(LogOutcome), context);

    public override async Task<V1.ListOutcomesResponse> ListOutcomes(V1.ListOutcomesRequest request, ServerCallContext context)
    {
        var filter = OutcomeMapping.FromWire(request.Filter);
        var size = Paging.Size(request.PageSize, DefaultOutcomes, MaxOutcomes);
        string?[] scope =
        [
            nameof(ListOutcomes), filter.Agent?.Value, filter.TaskType, filter.MaxAge?.ToString("c", CultureInfo.InvariantCulture),
            filter.MinAge?.ToString("c", CultureInfo.InvariantCulture), filter.IsSuccess?.ToString(),
        ];
        var found = await outcomes.ListAsync(filter, PlaceOf(PageToken.Read(request.PageToken, scope)), size, context);
        var answer = new V1.ListOutcomesResponse();
        long bytes = 0;
        foreach (var outcome in found.Outcomes.Select(OutcomeMapping.ToWire))
        {
            bytes += outcome.CalculateSize() + 8;
            if (bytes > PageLimits.MaxBytes && answer.Outcomes.Count > 0)
            {
                break;
            }

            answer.Outcomes.Add(outcome);
        }
        if (found.HasMore || answer.Outcomes.Count < found.Outcomes.Count)
        {
            answer.NextPageToken = PageToken.Write(answer.Outcomes[^1].Number.ToString(CultureInfo.InvariantCulture), scope);
        }

        return answer;
    }

    public override async Task<V1.GetOutcomeMetricsResponse> GetOutcomeMetrics(
        V1.GetOutcomeMetricsRequest request, ServerCallContext context) =>
        OutcomeMapping.ToWire(await outcomes.CountAsync(OutcomeMapping.FromWire(request.Filter), context));

    public override async Task<V1.ClearOutcomesResponse> ClearOutcomes(V1.ClearOutcomesRequest request, ServerCallContext context) =>
        new() { RemovedOutcomes = await outcomes.ClearAsync(OutcomeMapping.FromWire(request.Filter), context) };

    private static long? PlaceOf(string? number) => number is null ? null
        : long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place
        : throw new MeshException(ErrorReason.PageTokenInvalid, "The page token does not belong to this request; begin again without one.");
}
