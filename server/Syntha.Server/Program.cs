using Microsoft.Extensions.Options;
using Syntha.Server.Hosting;
using Syntha.Storage.Files;

try
{
    await SynthaServer.Build(args).RunAsync();
    return 0;
}
catch (OptionsValidationException invalid)
{
    await Console.Error.WriteLineAsync($"The configuration cannot be used:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", invalid.Failures)}");
    return 2;
}
catch (DataFolderInUseException inUse)
{
    await Console.Error.WriteLineAsync(inUse.Message);
    return 3;
}
