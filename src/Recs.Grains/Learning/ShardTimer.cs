using Recs.Grains.Hosting;

namespace Recs.Grains.Learning;

/// <summary>Makes shards durable at an interval, and lets those go that belong on another silo.</summary>
sealed class ShardTimer(ShardHome home, LearningOptions options)
{
    /// <summary>Starts for a shard that was opened.</summary>
    /// <param name="grain">The shard's grain.</param>
    /// <param name="flush">Makes it durable; false when another activation owns it.</param>
    /// <param name="leave">Ends the calls that wait in the grain, so that it can go at once.</param>
    public void Start(IGrainBase grain, Func<Task<bool>> flush, Action leave) => grain.RegisterGrainTimer(
        () => Tick(grain, flush, leave),
        new GrainTimerCreationOptions(options.SnapshotInterval, options.SnapshotInterval) { KeepAlive = true, Interleave = true });

    /// <summary>Makes a shard durable; one that another activation owns ends.</summary>
    public static async Task Flush(IGrainBase grain, Func<Task<bool>> flush)
    {
        if (!await flush())
        {
            grain.DeactivateOnIdle();
        }
    }

    async Task Tick(IGrainBase grain, Func<Task<bool>> flush, Action leave)
    {
        await Flush(grain, flush);
        if (home.IsElsewhere(grain.GrainContext.GrainId))
        {
            leave();
            grain.DeactivateOnIdle();
        }
    }
}
