using Grpc.Core;
using Syntha.Mesh.Reading;
using Syntha.Server.Mapping;
using Syntha.V1;
using MeshStats = Syntha.Mesh.Reading.MeshStats;

namespace Syntha.Server.Operations;

/// <content>Calls on users: the list of users, how much a user holds, and how much a user may hold.</content>
internal sealed partial class AdministrationService
{
    private const int MaxListed = 100;
    private const int MaxAgentsListed = 1_000;

    public override async Task<ListUsersResponse> ListUsers(ListUsersRequest request, ServerCallContext context)
    {
        var size = Paging.Size(request.PageSize, MaxListed, 1_000);
        var users = await records.ListUsersAsync(PageToken.Read(request.PageToken, nameof(ListUsers)), size + 1, context.CancellationToken);
        var answer = new ListUsersResponse();
        foreach (var user in users.Take(size))
        {
            var isLoaded = meshes.TryLease(user, out var lease);
            lease.Dispose();
            answer.Users.Add(new UserSummary { UserId = user.Value, Loaded = isLoaded, LiveStreams = streams.Of(user) });
        }
        answer.NextPageToken = PageToken.Write(users.Count > size ? users[size - 1].Value : null, nameof(ListUsers));
        return answer;
    }

    public override async Task<GetUserStatsResponse> GetUserStats(GetUserStatsRequest request, ServerCallContext context)
    {
        var user = rule.Parse(request.UserId);
        using var lease = await meshes.FindAsync(user, context.CancellationToken);
        var view = lease.View(agent: null);
        var stats = view.Count();
        var answer = new GetUserStatsResponse
        {
            Position = ToWire.Position(view.Position),
            Stats = ToWire.Stats(stats),
            Quota = EffectiveQuota(user),
            Usage = UsageOf(user, view, stats),
        };
        answer.Agents.AddRange(view.AgentsWithTopics.Order().Take(MaxAgentsListed).Select(agent => agent.Value));
        var lags = streams.LagOfCallers();
        answer.Sessions.AddRange(sessions.All
            .Where(caller => caller.HasUser && caller.User == user).Take(MaxListed)
            .Select(caller => AdministrationForms.ToWire(caller, lags)));
        answer.ApiKeyIds.AddRange(keys.Keys
            .Where(key => key.User == user && key.RevokedAt is null && !(key.ExpiresAt <= time.GetUtcNow()))
            .OrderByDescending(key => key.CreatedAt).Take(MaxListed).Select(key => key.Id));
        return answer;
    }

    public override async Task<UpdateQuotaResponse> UpdateQuota(UpdateQuotaRequest request, ServerCallContext context)
    {
        var user = rule.Parse(request.UserId);
        await records.ChangeQuotaAsync(user, former => QuotaForms.Update(user, former, request), context.CancellationToken);
        await mirror.RefreshAsync(context.CancellationToken);
        LogDone(Operator(context), nameof(UpdateQuota), user.Value);
        return new() { Effective = EffectiveQuota(user) };
    }

    public override async Task<GetQuotaResponse> GetQuota(GetQuotaRequest request, ServerCallContext context)
    {
        var user = rule.Parse(request.UserId);
        using var lease = await meshes.FindAsync(user, context.CancellationToken);
        var view = lease.View(agent: null);
        return new()
        {
            Quota = QuotaForms.ToWire(mirror.QuotaOf(user)),
            Effective = EffectiveQuota(user),
            Usage = UsageOf(user, view, view.Count()),
        };
    }

    private Quota EffectiveQuota(UserId user) => QuotaForms.ToWire(quotas.Of(user), mirror.QuotaOf(user).CallsPerSecond ?? rates.Usual);

    private QuotaUsage UsageOf(UserId user, MeshView view, MeshStats stats) => new()
    {
        Items = stats.Active,
        Bytes = stats.Bytes,
        Agents = view.StoredAgents,
        Topics = stats.Topics,
        Streams = streams.Of(user),
    };
}
