using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Syntha.Server.Tests.Support;

/// <summary>Keeps what a server logs. Thread-safe.</summary>
internal sealed class ServerLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

    public IEnumerable<string> Lines => lines.Select(line => line.Text);

    public IEnumerable<string> Errors => lines.Where(line => line.Level >= LogLevel.Error && !IsOfACallerGone(line.Text)).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

    public void Dispose()
    {
    }

    // gRPC's own reader logs it as an error when a caller goes before its request was read: tests that end with a call under way do.
    private static bool IsOfACallerGone(string text) =>
        text.StartsWith("Grpc.AspNetCore.Server.ServerCallHandler 6:", StringComparison.Ordinal) &&
        text.Contains("System.IO.IOException: The client reset the request stream.", StringComparison.Ordinal);

    private sealed class Logger(string category, ConcurrentQueue<(LogLevel Level, string Text)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((logLevel, $"{category} {eventId.Id}: {formatter(state, exception)} {exception}"));
    }
}
