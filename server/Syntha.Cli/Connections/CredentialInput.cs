using System.CommandLine;
using System.Security.Cryptography.X509Certificates;

namespace Syntha.Cli.Connections;

/// <summary>
/// The options that give a credential to a command, and what they must be: the API key, the certificate of this caller, and the authority
/// of the server's. The key comes from a file or the environment, because others could read the command line.
/// </summary>
/// <param name="owners">Whose key it is, for the help, such as "an operator's".</param>
/// <param name="keyVariable">The variable of the environment with the key itself.</param>
internal sealed class CredentialInput(string owners, string keyVariable)
{
    private readonly Option<string?> keyFile = new("--key-file")
    {
        Description = $"A file with {owners} API key. A key on the command line could be read by others "
            + $"[env: {keyVariable}, the key itself]",
        HelpName = "file",
    };

    private readonly Option<string?> authorityFile = new("--ca")
    {
        Description = "A PEM file with the authority of the server's certificate. Without it the machine's authorities are trusted",
        HelpName = "file",
    };

    private readonly Option<string?> certificateFile = new("--cert")
    {
        Description = "A PEM file with the certificate of this caller, for a server that asks for one. With --cert-key",
        HelpName = "file",
    };

    private readonly Option<string?> certificateKeyFile = new("--cert-key")
    {
        Description = "The PEM file with the private key of --cert, without a password",
        HelpName = "file",
    };

    private readonly Option<bool> allowKeyWithoutTls = new("--allow-key-without-tls")
    {
        Description = "Send the API key to an http:// address of another machine. Everyone on the way can read it there",
    };

    public IReadOnlyList<Option> Options => [keyFile, authorityFile, certificateFile, certificateKeyFile, allowKeyWithoutTls];

    /// <summary>The check of the server's certificate.</summary>
    public CertificateCheck CheckOf(ParseResult parsed) => new(parsed.GetValue(authorityFile));

    /// <summary>The API key. Null: there is none.</summary>
    /// <exception cref="FormatException">The key would travel to the server in the clear.</exception>
    public async Task<string?> ReadKeyAsync(ParseResult parsed, Uri server, CancellationToken cancellationToken)
    {
        var key = parsed.GetValue(keyFile) is { } file
            ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim()
            : Variable(keyVariable);
        return key is null || server.Scheme != Uri.UriSchemeHttp || server.IsLoopback || parsed.GetValue(allowKeyWithoutTls)
            ? key
            : throw new FormatException(
                $"The API key would travel to '{server.Authority}' in the clear. Give an https:// address, or {allowKeyWithoutTls.Name} "
                + "where the network is safe by other means.");
    }

    /// <summary>The certificate of this caller. Null: there is none.</summary>
    /// <exception cref="FormatException">One of two options is missing.</exception>
    public X509Certificate2? ReadCertificate(ParseResult parsed)
    {
        var (file, key) = (parsed.GetValue(certificateFile), parsed.GetValue(certificateKeyFile));
        return (file is null) != (key is null) ? throw new FormatException("--cert and --cert-key belong together. Give both.")
            : file is null ? null
            : X509Certificate2.CreateFromPemFile(file, key);
    }

    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
