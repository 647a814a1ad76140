using System.Collections.Concurrent;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Recs.Storage;

namespace Recs.Grains.Viewers;

/// <summary>
/// Writes what a consumer's viewers have become: the newest state of each, many in one transaction, with the log positions
/// they include, so that a restart reads again what was not yet written. Where a viewer's grain is does not matter: the
/// consumer of its partition holds what it has not written yet, and reminds the grain of it.
/// </summary>
public sealed partial class ViewerJournal(IViewerStore store, TimeProvider time, ILogger<ViewerJournal> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<int, long> _applied = new();
    readonly SemaphoreSlim _flushing = new(1);
    readonly Lock _turn = new();
    Dictionary<Guid, StoredViewer> _pending = [];
    Dictionary<Guid, StoredViewer> _writing = [];
    Dictionary<int, long> _written = [];

    /// <summary>Positions up to which viewers are durable.</summary>
    public ValueTask<IReadOnlyDictionary<int, long>> Positions(CancellationToken cancel) => store.PositionsAsync(cancel);

    /// <summary>Every viewer's share of a partition up to an offset has been put.</summary>
    public void Applied(int partition, long offset) => _applied[partition] = offset;

    /// <summary>Puts a viewer's newest state; written soon.</summary>
    public void Put(StoredViewer viewer)
    {
        lock (_turn)
        {
            _pending[viewer.Viewer] = viewer;
        }
    }

    /// <summary>A viewer's state that was put and is not known to be durable yet; null when there is none.</summary>
    public StoredViewer? Unwritten(Guid viewer)
    {
        lock (_turn)
        {
            return _pending.TryGetValue(viewer, out var state) || _writing.TryGetValue(viewer, out state) ? state : null;
        }
    }

    /// <summary>Writes everything that was put before the call.</summary>
    /// <exception cref="IOException">Storage failed; what was put is kept and tried again.</exception>
    public async Task Flush()
    {
        await _flushing.WaitAsync();
        try
        {
            // Positions first: a viewer put after them is written early, never late.
            var positions = new Dictionary<int, long>(_applied);
            lock (_turn)
            {
                (_writing, _pending) = (_pending, _writing);
            }

            var moved = positions.Any(pair => _written.GetValueOrDefault(pair.Key) != pair.Value);
            if (_writing.Count > 0 || moved)
            {
                await store.SaveAsync([.. _writing.Values], positions, CancellationToken.None);
                _written = positions;
            }

            lock (_turn)
            {
                _writing.Clear();
            }
        }
        catch (IOException)
        {
            lock (_turn)
            {
                foreach (var (viewer, state) in _writing)
                {
                    _pending.TryAdd(viewer, state);
                }

                _writing.Clear();
            }

            throw;
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Flush();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _flushing.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Flush();
                }
                catch (IOException reason)
                {
                    LogNotWritten(reason);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync writes what is left.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Viewers could not be written; they will be tried again.")]
    partial void LogNotWritten(Exception reason);
}
