using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Syntha.Storage.Encryption;

namespace Syntha.Server.Encryption;

/// <summary>
/// Wraps users' data keys with the platform's key ring. It is all of the room Encryption, which uses only the storage. The ring makes a new
/// key every 90 days, and keeps the old ones. Thread-safe.
/// </summary>
internal sealed class MasterKeyRing
{
    // The ring tells programs apart by a name. Without this one it would take the path of the program.
    private const string Application = "syntha";

    public MasterKeyRing(IOptions<EncryptionOptions> options)
    {
        if (options.Value is not { KeyRingPath: { } path })
        {
            return;
        }

        var folder = new DirectoryInfo(path);
        var provider = new Lazy<IDataProtectionProvider>(() => Open(folder, options.Value));
        Key = new(
            (purpose, secret) => provider.Value.CreateProtector(purpose).Protect(secret),
            (purpose, wrapped) => Unwrap(folder, provider, purpose, wrapped));
    }

    /// <summary>Null: nothing is encrypted.</summary>
    public MasterKey? Key { get; }

    private static byte[] Unwrap(DirectoryInfo folder, Lazy<IDataProtectionProvider> provider, string purpose, byte[] wrapped)
    {
        // The platform puts a new key into an empty folder. The folder would then look like the right one.
        if (!provider.IsValueCreated && (!folder.Exists || !folder.EnumerateFiles("key-*.xml").Any()))
        {
            throw new CryptographicException("there is no key in the folder.");
        }

        return provider.Value.CreateProtector(purpose).Unprotect(wrapped);
    }

    private static IDataProtectionProvider Open(DirectoryInfo folder, EncryptionOptions options)
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
}
