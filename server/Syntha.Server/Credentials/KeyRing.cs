using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Syntha.Server.Admission;
using Syntha.Storage.Records;

namespace Syntha.Server.Credentials;

/// <summary>
/// All API keys, in memory: verifying one asks no store, and a store that does not answer opens nothing. Fed by <see cref="RecordMirror"/>.
/// Thread-safe.
/// </summary>
internal sealed class KeyRing
{
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public KeyRing(IOptions<CredentialOptions> options, TimeProvider time)
    {
        if (options.Value.OperatorKeyHash is { } hash)
        {
            Apply(new(ApiKeyText.OperatorId, hash, null, null, null, "from the configuration", time.GetUtcNow(), null, null));
        }
    }

    public IEnumerable<KeyRecord> Keys => entries.Values.Select(entry => entry.Key);

    public KeyRecord Get(string id) => entries[id].Key;

    /// <summary>The credential of a key; null: there is no such key, or its secret is another.</summary>
    public Credential? Find(ApiKeyText text) =>
        entries.TryGetValue(text.Id, out var entry) && CryptographicOperations.FixedTimeEquals(entry.Key.Hash.Span, text.Hash())
            ? entry.Credential
            : null;

    /// <summary>Takes in a key that is new or has been revoked.</summary>
    public void Apply(KeyRecord key)
    {
        var entry = entries.AddOrUpdate(key.Id, static (_, key) => new(key), static (_, present, key) => present.With(key), key);
        if (key.RevokedAt is not null)
        {
            entry.Revoke();
        }
    }

    // All that a key was told to be stays; only its end can come.
    private sealed class Entry(KeyRecord key, CancellationTokenSource revoked, Credential credential)
    {
        private Entry(KeyRecord key, CancellationTokenSource revoked)
            : this(key, revoked, new(key.Id, key.User, key.Agent, key.Role, key.ExpiresAt, revoked.Token))
        {
        }

        public Entry(KeyRecord key)
            : this(key, new CancellationTokenSource())
        {
        }

        public KeyRecord Key => key;

        public Credential Credential => credential;

        public Entry With(KeyRecord changed) => new(changed, revoked, credential);

        public void Revoke() => revoked.Cancel();
    }
}
