// dotnet Syntha.Hostile.dll TARGET SEED COUNT: prints its two addresses, and serves until its standard input ends.
using System.Globalization;
using Syntha.Hostile;

await using var proxy = await HostileProxy.StartAsync(
    args[0], int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
Console.WriteLine($"{proxy.Address} {proxy.ControlAddress}");
await Console.In.ReadToEndAsync();
