using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Syntha.Server.Tests.Support;

/// <summary>Keeps what a server logs. Thread-safe.</summary>
internal sealed class ServerLog : ILoggerProvider
{
    // The error when a caller gives up while its request is still being read. On a busy machine this happens to callers that cancel early.
    // The gRPC of ASP.NET Core reports it as an error of the method, before the server's code has seen the call.
    private const string Reset = "System.IO.IOException: The client reset the request stream.";

    private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

    public IEnumerable<string> Lines => lines.Select(line => line.Text);

    public IEnumerable<string> Errors => lines
        .Where(line => line.Level >= LogLevel.Error && !line.Text.Contains(Reset, StringComparison.Ordinal))
        .Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<(LogLevel Level, string Text)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((logLevel, $"{category}[{eventId.Id}]: {formatter(state, exception)} {exception}"));
    }
}
