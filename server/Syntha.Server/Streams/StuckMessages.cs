namespace Syntha.Server.Streams;

/// <summary>
/// Counts the bytes of messages whose readers do not take them, for each user. Beyond the bound the message that has waited longest gives
/// way, so a user's stalled streams never hold more memory. Thread-safe.
/// </summary>
internal sealed class StuckMessages(long maxBytesPerUser)
{
    private readonly Lock counting = new();

    // The oldest first.
    private readonly Dictionary<UserId, LinkedList<Message>> users = [];

    /// <param name="user">The user of the stream.</param>
    /// <param name="bytes">The bytes of the message.</param>
    /// <param name="giveWay">Is cancelled when the message must give way.</param>
    public Message Add(UserId user, long bytes, CancellationTokenSource giveWay)
    {
        var added = new Message(this, user, bytes, giveWay);
        var leaving = new List<Message>();
        lock (counting)
        {
            if (!users.TryGetValue(user, out var messages))
            {
                users[user] = messages = new();
            }

            messages.AddLast(added);
            var sum = messages.Sum(message => message.Bytes);
            while (sum > maxBytesPerUser && messages.First!.Value is var oldest && oldest != added)
            {
                sum -= oldest.Bytes;
                messages.RemoveFirst();
                oldest.HasGivenWay = true;
                leaving.Add(oldest);
            }
        }
        foreach (var message in leaving)
        {
            message.GiveWay();
        }

        return added;
    }

    /// <summary>The bytes of one user's messages.</summary>
    public long BytesOf(UserId user)
    {
        lock (counting)
        {
            return users.GetValueOrDefault(user)?.Sum(message => message.Bytes) ?? 0;
        }
    }

    private void Remove(Message message)
    {
        lock (counting)
        {
            if (users.TryGetValue(message.User, out var messages))
            {
                messages.Remove(message);
                if (messages.Count == 0)
                {
                    users.Remove(message.User);
                }
            }
        }
    }

    /// <summary>A message that its reader has not taken yet.</summary>
    internal sealed class Message(StuckMessages owner, UserId user, long bytes, CancellationTokenSource giveWay) : IDisposable
    {
        private readonly Lock ending = new();
        private bool hasEnded;

        public UserId User => user;

        public long Bytes => bytes;

        public bool HasGivenWay { get; set; }

        // The wait may be over already, and its source be disposed.
        public void GiveWay()
        {
            lock (ending)
            {
                if (!hasEnded)
                {
                    _ = giveWay.CancelAsync();
                }
            }
        }

        public void Dispose()
        {
            lock (ending)
            {
                hasEnded = true;
            }
            owner.Remove(this);
        }
    }
}
