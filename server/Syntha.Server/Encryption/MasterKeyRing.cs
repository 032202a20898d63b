using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Syntha.Storage.Encryption;

namespace Syntha.Server.Encryption;

/// <summary>
/// Wraps users' data keys with the platform's key ring. It is all of the room Encryption, which uses only the storage. The ring makes a new
/// key every 90 days, and keeps the old ones. Thread-safe.
/// </summary>
/// <remarks>
/// The platform reads the folder once and then once a day. Servers that start together on an empty folder may each make a key, and a server
/// would not know the key of the other one until the next day. So the ring is read anew when the folder has a key that it did not have.
/// </remarks>
internal sealed class MasterKeyRing
{
    // The ring tells programs apart by a name. Without this one it would take the path of the program.
    private const string Application = "syntha";

    private readonly Lock reading = new();
    private readonly EncryptionOptions options;
    private volatile Ring? ring;

    public MasterKeyRing(IOptions<EncryptionOptions> options)
    {
        this.options = options.Value;
        if (this.options.KeyRingPath is null)
        {
            return;
        }

        Key = new(
            (purpose, secret) => Read(mayBeEmpty: true).CreateProtector(purpose).Protect(secret),
            (purpose, wrapped) => Read(mayBeEmpty: false).CreateProtector(purpose).Unprotect(wrapped));
    }

    /// <summary>Null: nothing is encrypted.</summary>
    public MasterKey? Key { get; }

    private IDataProtectionProvider Read(bool mayBeEmpty)
    {
        var present = Files();
        if (ring is { } known && !known.IsBehind(present))
        {
            return known.Provider;
        }

        // The platform puts a new key into an empty folder. The folder would then look like the right one.
        if (!mayBeEmpty && present.Count == 0)
        {
            throw new CryptographicException("there is no key in the folder.");
        }

        lock (reading)
        {
            if (ring is { } read && !read.IsBehind(present))
            {
                return read.Provider;
            }

            var opened = new Ring(Open(new(options.KeyRingPath!)), present);
            ring = opened;
            return opened.Provider;
        }
    }

    // A folder that cannot be read now adds nothing to the ring in memory.
    private HashSet<string> Files()
    {
        try
        {
            return [.. Directory.EnumerateFiles(options.KeyRingPath!, "key-*.xml").Select(path => Path.GetFileName(path))];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private IDataProtectionProvider Open(DirectoryInfo folder)
    {
        if (!folder.Exists)
        {
            if (OperatingSystem.IsWindows())
            {
                folder.Create();
            }
            else
            {
                Directory.CreateDirectory(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        return options.LoadCertificate() is { } certificate
            ? DataProtectionProvider.Create(folder, builder => builder.SetApplicationName(Application), certificate)
            : DataProtectionProvider.Create(folder, builder => builder.SetApplicationName(Application));
    }

    /// <summary>The ring as it was read.</summary>
    /// <param name="Provider">The platform's provider.</param>
    /// <param name="Files">The keys in the folder at that moment.</param>
    private sealed record Ring(IDataProtectionProvider Provider, HashSet<string> Files)
    {
        /// <summary>
        /// Whether keys were added. If keys are missing too, it is another folder or a part of one: the ring in memory is better than that.
        /// </summary>
        public bool IsBehind(HashSet<string> present) => present.IsProperSupersetOf(Files);
    }
}
