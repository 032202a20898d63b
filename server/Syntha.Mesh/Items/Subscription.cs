namespace Syntha.Mesh.Items;

/// <summary>A topic that an agent is subscribed to.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Since">When it subscribed, in the order of the log: the subscribers of a topic are listed by it.</param>
public readonly record struct Subscription(TopicName Topic, ChangePlace Since);
