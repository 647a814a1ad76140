namespace Recs.Grains.Learning;

/// <summary>The single writer of the sums over the whole population and of the prior; its key is 0.</summary>
[Alias("Recs.IPopulationShard")]
public interface IPopulationShard : ILearningShard;
