using System.Buffers;

namespace Recs.Grains.Replication;

/// <summary>The blocks of changes that were published last, for replicas that have all but some.</summary>
sealed class PublishedBlocks
{
    const int BlocksKept = 64;

    readonly byte[][] _blocks = new byte[BlocksKept][];

    /// <summary>Blocks so far.</summary>
    public long Sequence { get; private set; }

    /// <summary>Publishes a block.</summary>
    public void Add(byte[] block) => _blocks[Sequence++ % BlocksKept] = block;

    /// <summary>Everything may have changed: whoever has not seen all must copy.</summary>
    public void Skip() => Sequence += BlocksKept + 1;

    /// <summary>The blocks after a number, one behind the other; null when they are not kept any more.</summary>
    public byte[]? After(long sequence)
    {
        if (Sequence - sequence > BlocksKept)
        {
            return null;
        }

        var payload = new ArrayBufferWriter<byte>();
        for (var at = sequence; at < Sequence; at++)
        {
            payload.Write(_blocks[at % BlocksKept]);
        }

        return payload.WrittenSpan.ToArray();
    }
}
