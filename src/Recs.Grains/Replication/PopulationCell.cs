using System.Runtime.CompilerServices;

using Recs.Grains.Learning;
using Recs.Schema.Messages;

namespace Recs.Grains.Replication;

/// <summary>This silo's copy of what the population's shard has learned.</summary>
public sealed class PopulationCell : IReplica
{
    readonly Lock _reading = new();
    PopulationSums _sums;
    long _prior = Pack(new Prior(0, 1));

    /// <summary>The prior to serve by: both numbers of one moment, read without a lock.</summary>
    public Prior Prior
    {
        get
        {
            var packed = Volatile.Read(ref _prior);
            return Unsafe.BitCast<long, Prior>(packed);
        }
    }

    /// <summary>The population's sums.</summary>
    public PopulationSums Sums
    {
        get
        {
            lock (_reading)
            {
                return _sums;
            }
        }
    }

    /// <inheritdoc/>
    void IReplica.Take(byte[] payload, bool isCopy)
    {
        var (sums, prior) = PopulationStatistics.Decode(payload);
        lock (_reading)
        {
            _sums = sums;
        }

        Volatile.Write(ref _prior, Pack(prior));
    }

    static long Pack(Prior prior) => Unsafe.BitCast<Prior, long>(prior);
}
