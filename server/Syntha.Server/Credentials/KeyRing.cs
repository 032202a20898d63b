using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Syntha.Mesh.Stores;
using Syntha.Storage.Records;

namespace Syntha.Server.Credentials;

/// <summary>
/// All API keys, in memory. To verify a key asks no store, so that a store that does not answer opens nothing. Admission's mirror of the
/// records fills it. Thread-safe.
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

    public IEnumerable<ApiKeyRecord> Keys => entries.Values.Select(entry => entry.Key);

    public ApiKeyRecord Get(string id) => entries[id].Key;

    /// <summary>The credential of a key; null: the key does not exist, or has another secret.</summary>
    public Credential? Find(ApiKeyText text) =>
        entries.TryGetValue(text.Id, out var entry) && CryptographicOperations.FixedTimeEquals(entry.Key.Hash.Span, text.Hash())
            ? entry.Credential
            : null;

    /// <summary>Adds a key that is new, or ends one that was revoked.</summary>
    public void Apply(ApiKeyRecord key)
    {
        var entry = entries.AddOrUpdate(key.Id, static (_, key) => new(key), static (_, present, key) => present.With(key), key);
        if (key.RevokedAt is not null)
        {
            entry.Credential.Revoke();
        }
    }

    // A key never changes, except that it can be revoked.
    private sealed class Entry(ApiKeyRecord key, Credential credential)
    {
        public Entry(ApiKeyRecord key)
            : this(key, new Credential(key.Id, key.User, key.Agent, key.Role, key.ExpiresAt, RightOf(key)))
        {
        }

        public ApiKeyRecord Key => key;

        public Credential Credential => credential;

        public Entry With(ApiKeyRecord changed) => new(changed, credential);

        // The records do not hold the key of the configuration.
        private static StoreRight RightOf(ApiKeyRecord key) =>
            key.Id == ApiKeyText.OperatorId ? StoreRight.Unbound : StoreRight.OfKey(key.Id);
    }
}
