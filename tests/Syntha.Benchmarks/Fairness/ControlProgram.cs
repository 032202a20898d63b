using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Fairness;

/// <summary>
/// The attacker of a control run. It keeps the bare server busy, so that both together spend as much processor time as an attacker and the
/// attacked server spent. It compares what was spent with the plan several times a second, and sends calls for what is missing.
/// </summary>
internal static class ControlProgram
{
    public const string Command = "control";
    private const int MicrosecondsOfCall = 1_000;
    private const int MostAtOnce = 64;
    private static readonly GrpcRequest Work =
        GrpcRequest.Of(BareContract.WorkPath, userId: null, new Int32Value { Value = MicrosecondsOfCall });

    /// <param name="arguments">The bare server, its process, and the file with the processors to keep busy, such as 1.5.</param>
    public static Task RunAsync(IReadOnlyList<string> arguments)
    {
        var (address, server) = (new Uri(arguments[0]), int.Parse(arguments[1], CultureInfo.InvariantCulture));
        return AttackProgram.ServeAsync(cancellationToken =>
        {
            var share = double.Parse(File.ReadAllText(arguments[2]), CultureInfo.InvariantCulture);
            return Task.FromResult(string.Create(CultureInfo.InvariantCulture, $"{Run(address, server, share, cancellationToken)} 0"));
        });
    }

    private static int Run(Uri address, int server, double share, CancellationToken cancellationToken)
    {
        using var socket = new FrameSocket(address);
        var (sent, answered) = (0, 0);
        var reader = new Thread(() =>
        {
            try
            {
                while (true)
                {
                    socket.Receive(frame => Interlocked.Add(ref answered, CallEnd.IsIn(frame) ? 1 : 0));
                }
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                // The control is over.
            }
        })
        { IsBackground = true };
        reader.Start();
        var calls = new CallWriter(address.Authority);
        var output = new FrameBuffer();
        var began = Stopwatch.GetTimestamp();
        var before = Spent();
        while (!cancellationToken.IsCancellationRequested)
        {
            Pause.Until(Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1_000));
            var open = sent - Volatile.Read(ref answered);
            var missing = (Stopwatch.GetElapsedTime(began) * share) - (Spent() - before);
            var more = Math.Min(MostAtOnce, (int)(missing.TotalMicroseconds / MicrosecondsOfCall)) - open;
            for (var call = 0; call < more; call++, sent++)
            {
                calls.Write(output, Work);
            }

            socket.Send(output);
        }

        return answered;

        TimeSpan Spent() => ProcessorClock.Of(server) + ProcessorClock.Of(Environment.ProcessId);
    }
}
