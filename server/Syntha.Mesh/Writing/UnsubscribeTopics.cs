using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Removes topics from the subscriptions of an agent. Answers those that it was subscribed to.</summary>
public sealed record UnsubscribeTopics(AgentName Agent, ImmutableArray<TopicName> Topics) : MeshCommand
{
    internal override Tool? CountsAs => Tool.UnsubscribeFromTopics;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        var record = evaluation.AgentOf(Agent);
        var leaving = Topics.ToHashSet();
        evaluation.PutAgent(record with
        {
            Subscriptions = record.Subscriptions.RemoveAll(subscription => leaving.Contains(subscription.Topic)),
        });
        return new(Topics: [.. Topics.Distinct().Where(record.IsSubscribedTo).Select(topic => topic.Value)]);
    }
}
