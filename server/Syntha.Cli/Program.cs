return await Syntha.Cli.Commands.SynthaCommands.RunAsync(args, Console.Out, Console.Error);
