using System.Buffers;

using Microsoft.Extensions.Time.Testing;

using Recs.Matching.Numerics;
using Recs.Schema.Decisions;
using Recs.Schema.Log;
using Recs.Storage;
using Recs.Storage.Folding;

namespace Recs.Tests.Retention;

/// <summary>Events of some viewers over many days of log time, many of them sent again hours or days later.</summary>
sealed class FeedbackTraffic(IEventLog log, FakeTimeProvider time, ulong seed)
{
    const int Viewers = 12;
    const int Clusters = 40;
    const int Items = 60;

    // Rows of the catalogue lie apart, so that items need several pages.
    const int RowStep = 171;

    readonly List<LoggedEvent> _sent = [];
    Rng _rng = new(seed);

    /// <summary>Events sent, repeats included.</summary>
    public int Count { get; private set; }

    /// <summary>Appends a row every two hours or so for some time, to every partition that has something.</summary>
    public async Task Run(TimeSpan span, CancellationToken cancel)
    {
        for (var end = time.GetUtcNow() + span; time.GetUtcNow() < end; time.Advance(TimeSpan.FromMinutes(20 + _rng.NextInt(200))))
        {
            var buffers = new Dictionary<int, (ArrayBufferWriter<byte> Records, int Count)>();
            for (var number = 1 + _rng.NextInt(4); number > 0; number--)
            {
                var logged = Next();
                var nonce = logged.Decision?.Nonce ?? 0;
                var partition = StableKeys.Partition(logged.Viewer, nonce, log.Partitions);
                var (records, count) = buffers.TryGetValue(partition, out var begun) ? begun : (new ArrayBufferWriter<byte>(), 0);
                FeedbackWriter.Write(logged, records);
                buffers[partition] = (records, count + 1);
                Count++;
            }

            foreach (var (partition, (records, count)) in buffers)
            {
                await log.AppendAsync(partition, records.WrittenMemory, count, cancel);
            }
        }
    }

    LoggedEvent Next()
    {
        if (_sent.Count > 0 && _rng.NextDouble() < 0.4)
        {
            // The newest hundred are those of the last days: repeats come within the window, at its edge and after it.
            var again = _sent[^(1 + _rng.NextInt(Math.Min(100, _sent.Count)))];
            if (IsTaken(again.Decision))
            {
                return again;
            }
        }

        var fresh = Fresh();
        _sent.Add(fresh);
        return fresh;
    }

    /// <summary>The door takes no feedback about older decisions.</summary>
    bool IsTaken(Decision? decision) => decision is null || time.GetUtcNow() - decision.At <= LogWindow.DecisionAge;

    LoggedEvent Fresh()
    {
        var viewer = StableKeys.Viewer($"u{_rng.NextInt(Viewers)}");
        var key = _rng.NextDouble() < 0.9 ? (UInt128)_rng.Next() : 0;
        if (_rng.NextDouble() < 0.05)
        {
            return new LoggedEvent { Type = EventType.Like, At = time.GetUtcNow(), Viewer = viewer, Key = key, Row = 3, Reward = 65535 };
        }

        // A decision is met again by further events of it.
        var decision = _sent.Count > 0 && _rng.NextDouble() < 0.5 && _sent[^1].Decision is { } same && IsTaken(same) ? same : Decide(viewer);
        var isImpression = _rng.NextDouble() < 0.4;
        return new LoggedEvent
        {
            Type = isImpression ? EventType.Impression : _sent.Count % 2 == 0 ? EventType.Watch : EventType.Click,
            At = time.GetUtcNow(),
            Viewer = decision.Viewer,
            Key = key,
            Decision = decision,
            Position = isImpression ? -1 : _rng.NextInt(decision.Items.Length),
            Reward = isImpression ? (ushort)0 : (ushort)_rng.NextInt(65536),
            ImpliesImpression = !isImpression && _rng.NextDouble() < 0.5,
        };
    }

    Decision Decide(Guid viewer)
    {
        var first = _rng.NextInt(Clusters);
        return new Decision
        {
            Nonce = _rng.Next(),
            At = time.GetUtcNow(),
            Policy = 1,
            Graph = 1,
            Viewer = viewer,
            Clusters = [.. Enumerable.Range(0, 3).Select(k => new ClusterWeight((first + (k * 7)) % Clusters, (ushort)(1 + _rng.NextInt(65535))))],
            Items = [.. Enumerable.Range(0, 4).Select(_ => new DecidedItem(
                _rng.NextInt(Items) * RowStep, (ushort)_rng.NextInt(65536), 0.5f, (ushort)_rng.NextInt(8)))],
        };
    }
}
