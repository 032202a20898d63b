using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Syntha.Benchmarks.Load;

/// <summary>One connection that sends commands of Redis (its protocol RESP, version 2), one after the other. Not thread-safe.</summary>
internal sealed class RespConnection : IDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly TcpClient client;
    private readonly StreamReader answers;

    /// <exception cref="SocketException">Nothing listens there.</exception>
    public RespConnection(Uri address)
    {
        client = new() { NoDelay = true, ReceiveTimeout = (int)LongestSilence.TotalMilliseconds };
        try
        {
            client.Connect(address.Host, address.Port);
            answers = new(client.GetStream(), Encoding.Latin1);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command of ASCII texts, and returns its answer: one text; null: there is none.</summary>
    /// <exception cref="BenchmarkException">The answer is an error, or not one text.</exception>
    public string? Ask(params IReadOnlyList<string> command)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Count}\r\n");
        foreach (var word in command)
        {
            text.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        }

        client.GetStream().Write(Encoding.Latin1.GetBytes(text.ToString()));
        var line = answers.ReadLine() ?? throw new BenchmarkException($"The server closed the connection at {command[0]}.");
        return line[0] switch
        {
            '+' or ':' => line[1..],
            '$' => ReadText(int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)),
            _ => throw new BenchmarkException($"{command[0]} was answered: {line}"),
        };
    }

    public void Dispose()
    {
        answers.Dispose();
        client.Dispose();
    }

    private string? ReadText(int length)
    {
        if (length < 0)
        {
            return null;
        }

        var text = new char[length];
        return answers.ReadBlock(text) == length && answers.ReadLine() == ""
            ? new(text)
            : throw new BenchmarkException("The server closed the connection within an answer.");
    }
}
