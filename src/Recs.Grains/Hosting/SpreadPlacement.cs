namespace Recs.Grains.Hosting;

/// <summary>
/// Spreads shards and consumers over the silos by rendezvous hashing: every silo computes the same home of a grain from the
/// set of silos alone, and a silo that joins or leaves moves only its own share.
/// </summary>
[GenerateSerializer]
[Alias("Recs.SpreadPlacement")]
[Immutable]
public sealed class SpreadPlacement : PlacementStrategy
{
    /// <summary>The silo of a set that a grain belongs on.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="silos">At least one silo, in any order.</param>
    public static SiloAddress Home(GrainId grain, IReadOnlyCollection<SiloAddress> silos) =>
        silos.MaxBy(silo => (Mix(((ulong)grain.GetUniformHashCode() << 32) | (uint)silo.GetConsistentHashCode()), silo))!;

    /// <summary>A bijection that leaves no pattern (the finalizer of MurmurHash3).</summary>
    static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD;
        value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53;
        return value ^ (value >> 33);
    }
}
