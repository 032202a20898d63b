using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Stores;
using Syntha.Server.CommandLine;
using Syntha.Server.Hosting;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Postgres;

try
{
    if (OperatorCommands.AreMeant(args))
    {
        return await OperatorCommands.RunAsync(args, Console.Out, Console.Error);
    }

    await using var app = SynthaServer.Build(args);
    // Before the host starts: what it meets at its start it logs with a stack.
    app.Services.GetRequiredService<MeshRegistry>();
    if (app.Services.GetRequiredService<IUserStores>() is PostgresStores database)
    {
        await database.StartAsync(app.Lifetime.ApplicationStopping);
    }

    await app.Services.GetRequiredService<EncryptionGuard>().DemandAsync(app.Lifetime.ApplicationStopping);
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException invalid)
{
    return await RefuseAsync(2, $"The configuration cannot be used:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", invalid.Failures)}");
}
catch (DataFolderInUseException inUse)
{
    return await RefuseAsync(3, inUse.Message);
}
catch (StorageUnusableException unusable)
{
    return await RefuseAsync(3, unusable.Message);
}
catch (IOException taken) when (taken.InnerException is AddressInUseException)
{
    return await RefuseAsync(4, $"{taken.Message} Stop what listens there, or choose other ports (Server:GrpcPort, Server:HttpPort).");
}
catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
{
    return await RefuseAsync(3, $"The data folder (Storage:DataPath) cannot be used: {unusable.Message}");
}

static async Task<int> RefuseAsync(int exitCode, string why)
{
    await Console.Error.WriteLineAsync(why);
    return exitCode;
}
