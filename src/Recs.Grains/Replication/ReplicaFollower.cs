using System.Diagnostics;

using Microsoft.Extensions.Logging;

using Recs.Grains.Telemetry;

namespace Recs.Grains.Replication;

/// <summary>Keeps one replica like its shard, wherever the shard is: copies it once, then pulls what changes.</summary>
sealed partial class ReplicaFollower(
    string name, FeedChannel channel, IFollowedShard shard, IReplica replica, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    readonly Lock _turn = new();
    TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    FeedMark? _mark;
    long _heardAt;

    /// <summary>Name of the shard followed.</summary>
    public string Name => name;

    /// <summary>Whether everything has been copied once.</summary>
    public bool HasCopied => _heardAt != 0;

    /// <summary>How long ago the replica was known to be like its shard.</summary>
    public TimeSpan Staleness => HasCopied ? time.GetElapsedTime(Volatile.Read(ref _heardAt)) : TimeSpan.MaxValue;

    /// <summary>Follows until it is told to stop.</summary>
    public async Task Run(CancellationToken stop)
    {
        Activity.Current = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (_mark is not { } mark)
                {
                    await CopyAll(stop);
                    continue;
                }

                var chunk = await shard.Changes(channel, mark).AsTask().WaitAsync(stop);
                if (chunk.IsLost)
                {
                    _mark = null;
                    continue;
                }

                using var span = chunk.Payload.Length > 0 ? RecsTracing.Source.StartActivity("recs.replica", ActivityKind.Consumer) : null;
                span?.SetTag("recs.shard", name).SetTag("recs.bytes", chunk.Payload.Length).SetTag("recs.sequence", chunk.Mark.Sequence);
                replica.Take(chunk.Payload, isCopy: false);
                Moved(chunk.Mark);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception reason) when (reason is OrleansException or TimeoutException or IOException or OperationCanceledException)
            {
                LogNotReached(name, reason.Message);
                await Task.Delay(RetryDelay, time, CancellationToken.None);
            }
        }
    }

    /// <summary>Waits until the replica has what the shard had at a moment, or until it cannot be expected any more.</summary>
    public async Task Reached(FeedMark mark, TimeSpan patience)
    {
        var since = time.GetTimestamp();
        while (time.GetElapsedTime(since) < patience)
        {
            Task moved;
            lock (_turn)
            {
                // Another epoch: the shard has moved since, and a copy from its new place has all that was durable.
                if (_mark is { } now && (now.Epoch != mark.Epoch || now.Sequence >= mark.Sequence))
                {
                    return;
                }

                moved = _moved.Task;
            }

            _ = await Task.WhenAny(moved, Task.Delay(patience, time));
        }
    }

    async Task CopyAll(CancellationToken stop)
    {
        replica.Begin();
        FeedMark? first = null;
        for (var page = 0L; page >= 0;)
        {
            var chunk = await shard.Copy(channel, page).AsTask().WaitAsync(stop);
            first ??= chunk.Mark;
            if (chunk.IsLost || first.Value.Epoch != chunk.Mark.Epoch)
            {
                return;
            }

            replica.Take(chunk.Payload, isCopy: true);
            page = chunk.NextPage;
        }

        replica.End();
        Moved(first!.Value);
    }

    void Moved(FeedMark mark)
    {
        TaskCompletionSource moved;
        lock (_turn)
        {
            _mark = mark;
            moved = _moved;
            _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Volatile.Write(ref _heardAt, Math.Max(1, time.GetTimestamp()));
        moved.SetResult();
    }

    [LoggerMessage(LogLevel.Debug, "Shard {Name} is not reached: {Reason}")]
    partial void LogNotReached(string name, string reason);
}
