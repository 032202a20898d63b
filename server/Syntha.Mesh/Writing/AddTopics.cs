using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>Adds topics to the subscriptions of an agent. Subscriptions that it has keep their places.</summary>
public sealed record AddTopics(AgentName Agent, ImmutableArray<TopicName> Topics) : MeshCommand
{
    internal override Tool? CountsAs => Tool.SubscribeToTopics;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        var record = evaluation.AgentOf(Agent);
        var revision = evaluation.NextPlace.Revision;
        evaluation.PutAgent(record with
        {
            Subscriptions = record.Subscriptions.AddRange(Topics.Distinct()
                .Where(topic => !record.IsSubscribedTo(topic))
                .Select((topic, index) => new Subscription(topic, new(revision, index)))),
        });
        return CommandAnswer.None;
    }
}
