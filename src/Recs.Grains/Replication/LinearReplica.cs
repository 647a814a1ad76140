using System.Buffers.Binary;

using Recs.Grains.Learning;
using Recs.Matching.Linear;
using Recs.Storage;

namespace Recs.Grains.Replication;

/// <summary>This silo's copy of the linear policies' arms. Their changes are additions, so each is taken once and in order.</summary>
public sealed class LinearReplica(LinearArms arms) : IReplica
{
    readonly LinearStatistics _statistics = new(arms);
    readonly List<Page> _pages = [];

    /// <inheritdoc/>
    void IReplica.Begin() => _pages.Clear();

    /// <inheritdoc/>
    void IReplica.Take(byte[] payload, bool isCopy)
    {
        if (!isCopy)
        {
            _statistics.Add(payload);
            return;
        }

        for (var at = 0; at < payload.Length;)
        {
            var (page, length) = (BinaryPrimitives.ReadInt64LittleEndian(payload.AsSpan(at)), BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(at + 8)));
            _pages.Add(new Page(page, payload.AsMemory(at + 12, length)));
            at += 12 + length;
        }
    }

    /// <inheritdoc/>
    void IReplica.End() => _statistics.Restore(_pages);
}
