using System.Runtime.CompilerServices;

using Recs.Schema.Messages;

namespace Recs.Grains.Replication;

/// <summary>The silo's copy of what the population's shard has learned.</summary>
public sealed class PopulationCell
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

    /// <summary>Publishes new values. Called by the population's shard only.</summary>
    internal void Publish(in PopulationSums sums, Prior prior)
    {
        lock (_reading)
        {
            _sums = sums;
        }

        Volatile.Write(ref _prior, Pack(prior));
    }

    static long Pack(Prior prior) => Unsafe.BitCast<Prior, long>(prior);
}
