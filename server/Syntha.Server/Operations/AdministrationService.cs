using Grpc.Core;
using Syntha.Mesh.Quotas;
using Syntha.Mesh.Serving;
using Syntha.Server.Admission;
using Syntha.Server.Credentials;
using Syntha.Server.Streams;
using Syntha.Storage.Audit;
using Syntha.Storage.Records;
using Syntha.V1;

namespace Syntha.Server.Operations;

/// <summary>
/// Serves the operator's side of the contract. This part has the calls on keys and sessions. administration_service.proto says what the
/// calls mean. It is the main type of the room Operations, which uses Admission, Credentials, Encryption, Mapping and Streams.
/// </summary>
internal sealed partial class AdministrationService(
    IServerRecords records, RecordMirror mirror, KeyRing keys, AuditStore audit, QuotaBook quotas, RateLimits rates, Sessions sessions,
    StreamCount streams, MeshRegistry meshes, StoreOperations stores, UserIdRule rule, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<AdministrationService> logger)
    : Administration.AdministrationBase
{
    private static readonly TimeSpan RetryWithdrawal = TimeSpan.FromSeconds(1);

    public override async Task<CreateApiKeyResponse> CreateApiKey(CreateApiKeyRequest request, ServerCallContext context)
    {
        var text = ApiKeyText.Create();
        var key = AdministrationForms.NewKey(request, text, rule, time.GetUtcNow());
        context.CancellationToken.ThrowIfCancellationRequested();
        // From here on the key may exist. Without an answer, its secret is lost, so the key must not live.
        Undo.Set(context.GetHttpContext(), () => WithdrawAsync(text.Id));
        await records.AddKeyAsync(key, CancellationToken.None);
        await mirror.RefreshAsync(context.CancellationToken);
        LogDone(Operator(context), nameof(CreateApiKey), text.Id);
        return new() { Key = AdministrationForms.ToWire(keys.Get(text.Id)), Secret = text.Text };
    }

    public override Task<ListApiKeysResponse> ListApiKeys(ListApiKeysRequest request, ServerCallContext context)
    {
        var user = request.HasUserId ? rule.Parse(request.UserId) : (UserId?)null;
        var page = AdministrationPages.Cut(
            keys.Keys.Where(key => user is null || key.User == user),
            key => AdministrationForms.WritePlace(key.CreatedAt, key.Id), isDescending: true,
            request.PageSize, request.PageToken, nameof(ListApiKeys), user?.Value);
        return Task.FromResult(new ListApiKeysResponse
        {
            Keys = { page.Entries.Select(AdministrationForms.ToWire) },
            NextPageToken = page.NextToken,
        });
    }

    public override async Task<RevokeApiKeyResponse> RevokeApiKey(RevokeApiKeyRequest request, ServerCallContext context)
    {
        if (request.Id == ApiKeyText.OperatorId)
        {
            throw AdministrationForms.Invalid(
                "id", "This key comes from the server's configuration. Remove its hash there and restart the server.");
        }

        var id = AdministrationForms.Text(request.Id, "id");
        var wasRevoked = await records.RevokeKeyAsync(id, time.GetUtcNow(), context.CancellationToken);
        await mirror.RefreshAsync(context.CancellationToken);
        LogDone(Operator(context), nameof(RevokeApiKey), id);
        return new() { Revoked = wasRevoked };
    }

    public override Task<ListSessionsResponse> ListSessions(ListSessionsRequest request, ServerCallContext context)
    {
        var user = request.HasUserId ? rule.Parse(request.UserId) : (UserId?)null;
        var page = AdministrationPages.Cut(
            sessions.All.Where(caller => user is null || (caller.HasUser && caller.User == user)),
            caller => AdministrationForms.WritePlace(caller.Since, $"{caller.Address} {(caller.HasUser ? caller.User.Value : "")}"),
            isDescending: false, request.PageSize, request.PageToken, nameof(ListSessions), user?.Value);
        var lags = streams.LagOfCallers();
        return Task.FromResult(new ListSessionsResponse
        {
            Sessions = { page.Entries.Select(caller => AdministrationForms.ToWire(caller, lags)) },
            NextPageToken = page.NextToken,
        });
    }

    // If the store does not take it now, this goes on until the store does: the caller waits for the first attempt only.
    private async Task WithdrawAsync(string id)
    {
        if (await TryWithdrawAsync(id, isFirst: true))
        {
            return;
        }

        _ = RepeatAsync();

        async Task RepeatAsync()
        {
            do
            {
                await Task.Delay(RetryWithdrawal, time);
            }
            while (!lifetime.ApplicationStopping.IsCancellationRequested && !await TryWithdrawAsync(id, isFirst: false));
        }
    }

    private async Task<bool> TryWithdrawAsync(string id, bool isFirst)
    {
        try
        {
            // False: the call failed before there was a key.
            if (await records.RevokeKeyAsync(id, time.GetUtcNow(), CancellationToken.None))
            {
                await mirror.RefreshAsync(CancellationToken.None);
                LogWithdrawn(id);
            }

            return true;
        }
        catch (MeshException failure)
        {
            if (isFirst)
            {
                LogNotWithdrawn(id, failure);
            }

            return false;
        }
    }

    private static string Operator(ServerCallContext context) => Caller.Of(context).Credential?.Id ?? "anybody on this machine";

    [LoggerMessage(3401, LogLevel.Information, "Operator {Operator}: {Method} {Subject}")]
    private partial void LogDone(string @operator, string method, string subject);

    [LoggerMessage(3402, LogLevel.Warning, "The key {Key} is revoked, because the call that made it failed, and its secret is lost")]
    private partial void LogWithdrawn(string key);

    [LoggerMessage(3403, LogLevel.Warning, "The key {Key}, whose secret is lost, could not be revoked; the server tries again")]
    private partial void LogNotWithdrawn(string key, Exception failure);
}
