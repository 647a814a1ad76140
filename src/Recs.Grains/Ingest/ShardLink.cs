using Recs.Grains.Learning;
using Recs.Schema.Messages;

namespace Recs.Grains.Ingest;

/// <summary>A consumer's end of the way to one shard: remembers where the last block sent to it ended.</summary>
sealed class ShardLink(ILearningShard shard, int partition)
{
    /// <summary>Offset of the last row sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Asks the shard how far it is.</summary>
    public async Task Open() => Sent = await shard.Position(partition);

    /// <summary>Sends a block that ends at an offset.</summary>
    /// <exception cref="InvalidOperationException">The shard lacks something before the block.</exception>
    public async Task Send(long last, byte[] updates)
    {
        if (last <= Sent)
        {
            return;
        }

        if (await shard.Apply(partition, Sent, last, updates) == ApplyOutcome.Gap)
        {
            throw new InvalidOperationException($"A shard lacks rows before {Sent} of partition {partition}.");
        }

        Sent = last;
    }
}
