using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

namespace Recs.Cluster.Tests.Door;

/// <summary>Keeps what is logged.</summary>
sealed class KeptLog : ILoggerProvider, ILogger
{
    /// <summary>Every message.</summary>
    public ConcurrentQueue<string> Messages { get; } = [];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Messages.Enqueue(formatter(state, exception));

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
