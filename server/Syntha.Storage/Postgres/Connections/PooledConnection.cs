using Npgsql;

namespace Syntha.Storage.Postgres.Connections;

/// <summary>One connection of the pool. It knows the users that its connection has met. For one caller at a time.</summary>
internal sealed class PooledConnection(NpgsqlDataSource source, int? maxUsers) : IAsyncDisposable
{
    private readonly HashSet<UserId> met = [];
    private readonly UserId?[] recent = new UserId?[PerUserStatement.Copies];
    private int next;

    /// <summary>The pool reads and sets it under its lock.</summary>
    public bool IsTaken { get; set; }

    public ValueTask<NpgsqlConnection> OpenAsync(UserId? user, CancellationToken cancellationToken)
    {
        if (user is { } guest && maxUsers is { } limit && met.Add(guest) && met.Count > limit)
        {
            Renew();
            met.Clear();
            met.Add(guest);
        }
        return source.OpenConnectionAsync(cancellationToken);
    }

    /// <summary>The number of the user's copies of the statements. The user keeps it until that many other users have come.</summary>
    public int CopyFor(UserId? user)
    {
        var number = Array.IndexOf(recent, user);
        if (number >= 0 || user is null)
        {
            return Math.Max(number, 0);
        }

        number = next;
        (recent[number], next) = (user, (next + 1) % recent.Length);
        return number;
    }

    /// <summary>Closes the connection. If it is in use, it is closed when it is returned. May be called by any thread.</summary>
    public void Renew() => source.Clear();

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
