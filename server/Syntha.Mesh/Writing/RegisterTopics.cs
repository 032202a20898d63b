using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Sets what an agent is subscribed to. Topics that it was subscribed to before keep their place among the topic's subscribers.</summary>
public sealed record RegisterTopics(AgentName Agent, ImmutableArray<TopicName> Topics) : MeshCommand
{
    internal override Tool? CountsAs => null;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        var record = evaluation.State.Agents.GetValueOrDefault(Agent, new(Agent));
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
