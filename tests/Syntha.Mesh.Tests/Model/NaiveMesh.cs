using System.Globalization;

namespace Syntha.Mesh.Tests.Model;

/// <summary>
/// The rules of the design once more, as plainly as they can be said: dictionaries and scans, no index, no log, no group. An item stays
/// where it is when it expires, until it is purged or replaced.
/// </summary>
internal sealed class NaiveMesh
{
    private Dictionary<string, NaiveItem> items = [];
    private readonly Dictionary<string, List<string>> topicsOfAgents = [];
    private readonly Dictionary<string, List<string>> agentsOfTopics = [];
    private readonly Dictionary<string, RestrictStep> permissions = [];
    private readonly Dictionary<string, DateTimeOffset> claims = [];
    private readonly Dictionary<int, (string Text, NaiveAnswer Answer)> requests = [];

    public DateTimeOffset Now { get; set; } = TestMesh.Start;

    public long Revision { get; set; }

    public IEnumerable<string> TopicsOf(string agent) => topicsOfAgents.GetValueOrDefault(agent, []);

    public RestrictStep? PermissionsOf(string agent) => permissions.GetValueOrDefault(agent);

    public NaiveItem? Find(string? by, string key) =>
        items.TryGetValue(key, out var item) && IsLive(item) && MayRead(by, item) ? item : null;

    public List<NaiveItem> List(string? by, string? topic, string prefix, string? glob) =>
        [.. items.Values
            .Where(item => IsLive(item) && MayRead(by, item))
            .Where(item => topic is null || item.Topics.Contains(topic))
            .Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Where(item => glob is null || NaiveGlob.IsMatch(glob, item.Key))
            .OrderBy(item => item.Key, Comparer<string>.Create(CompareBytes))];

    public List<(string Name, string Subscribers)> Topics(string? by) =>
        [.. agentsOfTopics.Where(topic => topic.Value.Count > 0).Select(topic => topic.Key)
            .Concat(items.Values.Where(item => IsLive(item) && MayRead(by, item)).SelectMany(item => item.Topics))
            .Distinct()
            .Order(Comparer<string>.Create(CompareBytes))
            .Select(topic => (topic, string.Join(' ', agentsOfTopics.GetValueOrDefault(topic, []))))];

    public MeshStats Count(string? by)
    {
        var readable = items.Values.Where(item => MayRead(by, item)).ToList();
        var live = readable.Where(IsLive).ToList();
        return new(
            live.Count,
            readable.Count - live.Count,
            live.Count(item => item.Topics.Length == 0 && item.Subscribers.Length == 0),
            Topics(by).Count,
            topicsOfAgents.Count(agent => agent.Value.Count > 0 && (by is null || by == agent.Key)),
            live.Sum(item => item.Bytes));
    }

    public long? RevisionFor(Guard guard, string key)
    {
        var current = Find(null, key)?.Revision ?? 0;
        return guard switch { Guard.None => null, Guard.Absent => 0, Guard.Current => current, _ => current + 7 };
    }

    public NaiveAnswer Do(Step step)
    {
        var text = step.ToString();
        if (step.Request is { } id && requests.TryGetValue(id, out var former))
        {
            return former.Text == text ? former.Answer with { IsReplay = true } : new(ErrorReason.RequestIdReused) { Revision = Revision };
        }

        var answer = step switch
        {
            PushStep push => Push(push),
            RemoveStep remove => Remove(remove),
            IncrementStep increment => Increment(increment),
            CommitStep commit => Commit(commit),
            ClearStep => Clear(step.By),
            PurgeStep => Purge(step.By),
            DeleteTopicStep delete => DeleteTopic(delete.By, delete.Topic),
            RegisterStep register => Register(register.Agent, [.. Step.Names(register.Topics).Distinct()]),
            UnsubscribeStep unsubscribe => Unsubscribe(unsubscribe.Agent, Step.Names(unsubscribe.Topics)),
            RestrictStep restrict => Restrict(restrict),
            ClaimStep claim => Claim(claim),
            ReleaseStep release => claims.TryGetValue(release.Name, out var until) && until > Now
                ? new(Changed: claims.Remove(release.Name))
                : new(ErrorReason.ClaimLost),
            UnrestrictStep unrestrict => new(Changed: permissions.Remove(unrestrict.Agent)),
            _ => throw new ArgumentOutOfRangeException(nameof(step)),
        };
        if (answer.Refusal is null && answer.Changed)
        {
            Revision++;
        }

        answer = answer with { Revision = Revision };
        if (answer.Refusal is null && answer.Changed && step.Request is { } number)
        {
            requests[number] = (text, answer);
        }

        return answer;
    }

    private bool IsLive(NaiveItem item) => item.ExpiresAt is not { } deadline || deadline > Now;

    private bool MayRead(string? by, NaiveItem item) =>
        by is null || (item.Topics.Length == 0 && item.Subscribers.Length == 0) || item.Author == by || item.Subscribers.Contains(by) ||
        item.Topics.Any(topic => TopicsOf(by).Contains(topic));

    private bool MayPost(string? by, string[] topics, string[] subscribers) =>
        by is null || !permissions.TryGetValue(by, out var allowed) ||
        (topics.All(Step.Names(allowed.Topics).Contains) &&
         (allowed.Direct || subscribers.Length == 0) &&
         (allowed.Global || subscribers.Length + topics.Length > 0));

    private static ErrorReason? GuardRefuses(long? ifRevision, NaiveItem? item) =>
        ifRevision is null || ifRevision == (item?.Revision ?? 0) ? null
        : ifRevision == 0 ? ErrorReason.KeyExists
        : ErrorReason.RevisionMismatch;

    private NaiveAnswer Push(PushStep push)
    {
        foreach (var draft in push.Drafts)
        {
            var old = Find(null, draft.Key);
            if (!MayPost(push.By, Step.Names(draft.Topics), Step.Names(draft.To)))
            {
                return new(ErrorReason.RoutingNotAllowed);
            }

            if (old is not null && !MayRead(push.By, old))
            {
                return new(ErrorReason.KeyNotWritable);
            }

            if (old is not null && !MayPost(push.By, old.Topics, old.Subscribers))
            {
                return new(ErrorReason.RoutingNotAllowed);
            }

            if (GuardRefuses(draft.IfRevision, old) is { } refusal)
            {
                return new(refusal);
            }
        }
        foreach (var draft in push.Drafts)
        {
            var deadline = draft.TtlSeconds is { } seconds ? Now + TimeSpan.FromSeconds(Math.Max(seconds, 0)) : (DateTimeOffset?)null;
            items[draft.Key] = new(
                draft.Key, draft.Value, push.By, Step.Names(draft.Topics), Step.Names(draft.To), deadline, Revision + 1);
        }
        return new(Changed: push.Drafts.Length > 0);
    }

    private NaiveAnswer Remove(RemoveStep remove)
    {
        var item = Find(remove.By, remove.Key);
        if (item is not null && !MayPost(remove.By, item.Topics, item.Subscribers))
        {
            return new(ErrorReason.RoutingNotAllowed);
        }

        if (GuardRefuses(remove.IfRevision, item) is { } refusal)
        {
            return new(refusal);
        }

        if (item is null)
        {
            return new(Changed: false);
        }

        items.Remove(remove.Key);
        return new(Items: 1);
    }

    private NaiveAnswer Increment(IncrementStep increment)
    {
        var item = Find(increment.By, increment.Key);
        if (item is not null && !MayPost(increment.By, item.Topics, item.Subscribers))
        {
            return new(ErrorReason.RoutingNotAllowed);
        }

        if (GuardRefuses(increment.IfRevision, item) is { } refusal)
        {
            return new(refusal);
        }

        if (item is null || !int.TryParse(item.Value, CultureInfo.InvariantCulture, out var count))
        {
            return new(ErrorReason.PatchFailed);
        }

        var sum = $"{count + increment.Amount}";
        items[increment.Key] = item with { Value = sum, Revision = Revision + 1 };
        return new(Result: sum);
    }

    // The operations are about different keys, so one after the other is as good as all at once.
    private NaiveAnswer Commit(CommitStep commit)
    {
        if (GuardRefuses(commit.IfRevision, Find(commit.By, commit.GuardedKey)) is { } refusal)
        {
            return new(refusal);
        }

        var before = new Dictionary<string, NaiveItem>(items);
        var answers = new List<NaiveAnswer>();
        foreach (var operation in commit.Operations)
        {
            var answer = operation switch
            {
                PushStep push => Push(push with { By = commit.By }),
                RemoveStep remove => Remove(remove with { By = commit.By }),
                IncrementStep increment => Increment(increment with { By = commit.By }),
                _ => throw new ArgumentOutOfRangeException(nameof(commit)),
            };
            if (answer.Refusal is not null)
            {
                items = before;
                return new(answer.Refusal);
            }

            answers.Add(answer);
        }

        return new(
            Result: string.Join(' ', answers.Select(answer => $"{answer.Items}/{answer.Result}")),
            Changed: answers.Exists(answer => answer.Changed));
    }

    private NaiveAnswer Clear(string? by)
    {
        var leaving = items.Values.Where(item => IsLive(item) && (by is null || item.Author == by)).ToList();
        if (!leaving.TrueForAll(item => MayPost(by, item.Topics, item.Subscribers)))
        {
            return new(ErrorReason.RoutingNotAllowed);
        }

        if (by is not null)
        {
            leaving.ForEach(item => items.Remove(item.Key));
            return new(Items: leaving.Count, Changed: leaving.Count > 0);
        }
        // The end of a claim is logged just after its moment.
        var changed = items.Count > 0 || claims.Values.Any(until => until >= Now) || permissions.Count > 0 ||
            topicsOfAgents.Values.Any(topics => topics.Count > 0);
        items.Clear();
        claims.Clear();
        permissions.Clear();
        topicsOfAgents.Clear();
        agentsOfTopics.Clear();
        return new(Items: leaving.Count, Changed: changed);
    }

    private NaiveAnswer Claim(ClaimStep claim)
    {
        if (!MayPost(claim.By, Step.Names(claim.Topics), []))
        {
            return new(ErrorReason.RoutingNotAllowed);
        }

        if (claims.TryGetValue(claim.Name, out var until) && until > Now)
        {
            return new(ErrorReason.ClaimHeld);
        }

        claims[claim.Name] = Now.AddSeconds(claim.Seconds);
        return new(Changed: true);
    }

    private NaiveAnswer Purge(string? by)
    {
        var leaving = items.Values.Where(item => !IsLive(item) && MayRead(by, item)).ToList();
        leaving.ForEach(item => items.Remove(item.Key));
        return new(Items: leaving.Count, Changed: leaving.Count > 0);
    }

    private NaiveAnswer DeleteTopic(string? by, string topic)
    {
        if (!MayPost(by, [topic], []))
        {
            return new(ErrorReason.RoutingNotAllowed);
        }

        var agents = topicsOfAgents.Values.Count(topics => topics.Remove(topic));
        agentsOfTopics.Remove(topic);
        var carriers = items.Values.Where(item => IsLive(item) && item.Topics.Contains(topic)).ToList();
        var removed = carriers.Where(item => item.Topics.Length == 1).ToList();
        removed.ForEach(item => items.Remove(item.Key));
        foreach (var item in carriers.Except(removed))
        {
            items[item.Key] = item with { Topics = [.. item.Topics.Where(other => other != topic)], Revision = Revision + 1 };
        }

        var changed = agents + carriers.Count > 0;
        return new(Items: removed.Count, Agents: agents, Topics: changed ? topic : "", Changed: changed);
    }

    private NaiveAnswer Register(string agent, string[] topics)
    {
        var former = TopicsOf(agent).ToList();
        foreach (var left in former.Except(topics))
        {
            agentsOfTopics[left].Remove(agent);
        }

        foreach (var joined in topics.Except(former))
        {
            if (!agentsOfTopics.TryGetValue(joined, out var agents))
            {
                agentsOfTopics[joined] = agents = [];
            }

            agents.Add(agent);
        }
        topicsOfAgents[agent] = [.. topics];
        return new(Changed: !former.SequenceEqual(topics));
    }

    private NaiveAnswer Unsubscribe(string agent, string[] topics)
    {
        var left = topics.Distinct().Where(TopicsOf(agent).Contains).ToArray();
        Register(agent, [.. TopicsOf(agent).Except(left)]);
        return new(Topics: string.Join(' ', left), Changed: left.Length > 0);
    }

    private NaiveAnswer Restrict(RestrictStep restrict)
    {
        var former = PermissionsOf(restrict.Agent);
        permissions[restrict.Agent] = restrict;
        return new(Changed:
            former is null || (former.Topics, former.Global, former.Direct) != (restrict.Topics, restrict.Global, restrict.Direct));
    }

    private static int CompareBytes(string? left, string? right) =>
        Encoding.UTF8.GetBytes(left!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right!));
}
