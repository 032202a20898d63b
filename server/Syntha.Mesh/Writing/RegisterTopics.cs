using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Sets the subscriptions of an agent. Where it was subscribed before, it keeps its place among the subscribers.</summary>
public sealed record RegisterTopics(AgentName Agent, ImmutableArray<TopicName> Topics) : MeshCommand
{
    internal override Tool? CountsAs => null;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        var record = evaluation.AgentOf(Agent);
        var former = record.Subscriptions.ToDictionary(subscription => subscription.Topic, subscription => subscription.Since);
        var revision = evaluation.NextPlace.Revision;
        evaluation.PutAgent(record with
        {
            Subscriptions = [.. Topics.Distinct().Select((topic, index) =>
                new Subscription(topic, former.GetValueOrDefault(topic, new(revision, index))))],
        });
        return CommandAnswer.None;
    }
}
