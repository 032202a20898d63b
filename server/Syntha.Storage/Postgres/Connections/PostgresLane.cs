using Npgsql;

namespace Syntha.Storage.Postgres.Connections;

/// <summary>A place for one connection, which remembers the users whom its connection has met. For one caller at a time.</summary>
internal sealed class PostgresLane(NpgsqlDataSource source, int? maxUsers) : IAsyncDisposable
{
    private readonly HashSet<UserId> met = [];
    private readonly UserId?[] recent = new UserId?[UserText.Copies];
    private int next;

    /// <summary>For whoever hands out lanes.</summary>
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

    /// <summary>Which copies of the statements are the user's: for now, or until so many others have come.</summary>
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

    /// <summary>Has the connection closed, if it is in use when it is given back. May be called by anyone.</summary>
    public void Renew() => source.Clear();

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
