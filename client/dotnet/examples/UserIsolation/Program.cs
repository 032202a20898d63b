using System.Text;

using Syntha.Client;
using Syntha.Examples.UserIsolation;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
if (!Arguments.TryParse(args, out var arguments, out var complaint))
{
    await Console.Error.WriteLineAsync(complaint);
    return ExitCode.Usage;
}

try
{
    return await Demo.RunAsync(arguments, Console.Out, CancellationToken.None);
}
catch (Exception exception) when (exception is SynthaException or ArgumentException)
{
    await Console.Error.WriteLineAsync($"❌ The demonstration could not run: {exception.Message}");
    return ExitCode.Failed;
}
