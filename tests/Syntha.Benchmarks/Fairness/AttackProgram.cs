using System.Globalization;

namespace Syntha.Benchmarks.Fairness;

/// <summary>
/// The program of an attacker. It runs in a process of its own, so that its work holds up neither the victim's client nor the server. It
/// says <c>ready</c>, attacks at each line <c>go</c>, stops at each other line and then says what it did, and ends with its input.
/// </summary>
internal static class AttackProgram
{
    public const string Command = "attack";
    public const string Ready = "ready";
    public const string Go = "go";
    public const string Stop = "stop";

    /// <param name="arguments">The attack, the server, the attacker's user, its credential, and an operator's.</param>
    public static async Task RunAsync(IReadOnlyList<string> arguments)
    {
        var kind = AttackKind.All.Single(kind => kind.Name == arguments[0]);
        using var attacker = new Attacker(new Uri(arguments[1]), arguments[2], arguments[3], arguments[4]);
        await kind.PrepareAsync(attacker, CancellationToken.None);
        await ServeAsync(async cancellationToken =>
        {
            var (done, refused) = (attacker.Done, attacker.Refused);
            await kind.RunAsync(attacker, cancellationToken);
            return string.Create(CultureInfo.InvariantCulture, $"{attacker.Done - done} {attacker.Refused - refused}");
        });
    }

    /// <summary>Does the work between each <c>go</c> and the next line.</summary>
    public static async Task ServeAsync(Func<CancellationToken, Task<string>> workAsync)
    {
        Console.Out.WriteLine(Ready);
        while (await Console.In.ReadLineAsync() is Go)
        {
            using var stop = new CancellationTokenSource();
            var working = Task.Run(() => workAsync(stop.Token));
            await Console.In.ReadLineAsync();
            await stop.CancelAsync();
            Console.Out.WriteLine(await working);
        }
    }
}
