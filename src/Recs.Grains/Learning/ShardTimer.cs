namespace Recs.Grains.Learning;

/// <summary>When shards make themselves durable.</summary>
static class ShardTimer
{
    /// <summary>Ticks that keep the shard alive and may come between its calls.</summary>
    public static GrainTimerCreationOptions Every(TimeSpan interval) =>
        new(interval, interval) { KeepAlive = true, Interleave = true };
}
