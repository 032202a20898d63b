using Syntha.Cli.Commands;
using Syntha.Server.Hosting;

return OperatorCommands.AreMeant(args)
    ? await OperatorCommands.RunAsync(args, Console.Out, Console.Error)
    : await ServerProgram.ServeAsync(args, Console.Error);
