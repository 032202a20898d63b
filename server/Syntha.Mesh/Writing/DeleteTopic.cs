using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Writing;

/// <summary>
/// Removes a topic from every subscription and every item, also from items that the caller cannot read. An item with only this topic is
/// removed. An item with other topics keeps these, its value and its author. An agent with post permissions needs the permission for the
/// topic.
/// </summary>
public sealed record DeleteTopic(TopicName Topic) : MeshCommand
{
    // The answer stays in the log as long as the request's id, so it has a bound.
    private const int MaxSubscribersTold = 1_000;

    internal override Tool? CountsAs => Tool.DeleteTopic;

    internal override CommandAnswer Evaluate(Evaluation evaluation)
    {
        // Whether or not the agent can read the items: it takes them from a topic, as a post does that replaces them.
        evaluation.DemandPost(new(null, [Topic], []));
        var subscribers = TopicLister.SubscribersOf(evaluation.State, Topic);
        foreach (var agent in subscribers)
        {
            var record = evaluation.State.Agents[agent];
            evaluation.PutAgent(record with
            {
                Subscriptions = record.Subscriptions.RemoveAll(subscription => subscription.Topic == Topic),
            });
        }
        long removed = 0;
        foreach (var key in evaluation.State.KeysOf(Audience.Topic(Topic)))
        {
            var item = evaluation.State.Items[key];
            if (!item.IsLive(evaluation.Now))
            {
                continue;
            }

            if (item.Readers.Topics.Length == 1)
            {
                evaluation.Remove(item);
                removed++;
            }
            else
            {
                evaluation.Put(key, place => item with
                {
                    Place = place,
                    UpdatedAt = evaluation.Now,
                    Readers = item.Readers with { Topics = item.Readers.Topics.Remove(Topic) },
                });
            }
        }
        return new(
            Items: removed,
            Agents: subscribers.Length,
            Topics: evaluation.HasChanges ? [Topic.Value] : null,
            Subscribers: subscribers.Length == 0 ? null : [.. subscribers.Take(MaxSubscribersTold).Select(agent => agent.Value)]);
    }
}
