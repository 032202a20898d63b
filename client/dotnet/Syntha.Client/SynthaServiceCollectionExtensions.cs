using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Syntha.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client with a container.</summary>
public static class SynthaServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="SynthaClient"/> for the whole application. The options are validated when the host starts. The client is for
    /// all users: in each request name the user that has signed in, by <see cref="SynthaClient.ForUser"/>.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options. <see langword="null"/>: the defaults.</param>
    /// <returns>The builder of the options, which can configure them further, also from other services.</returns>
    public static OptionsBuilder<SynthaClientOptions> AddSynthaClient(
        this IServiceCollection services,
        Action<SynthaClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SynthaClientOptions>, SynthaClientOptionsValidator>());
        services.TryAddSingleton(provider => new SynthaClient(
            provider.GetRequiredService<IOptions<SynthaClientOptions>>().Value,
            provider.GetService<ILoggerFactory>()));

        var builder = services.AddOptions<SynthaClientOptions>();
        return (configure is null ? builder : builder.Configure(configure)).ValidateOnStart();
    }

    /// <summary>Adds one <see cref="SynthaClient"/> whose options are read from configuration.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">
    /// The section with the options, for example <c>builder.Configuration.GetSection("Syntha")</c>. A value that cannot be read fails
    /// the start, and the message names its key.
    /// </param>
    /// <returns>The builder of the options, which can configure them further.</returns>
    public static OptionsBuilder<SynthaClientOptions> AddSynthaClient(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddSynthaClient(options => SynthaClientConfiguration.Apply(configuration, options));
    }
}
