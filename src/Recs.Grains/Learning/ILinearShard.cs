namespace Recs.Grains.Learning;

/// <summary>The single writer of the linear policies' regressions; its key is 0.</summary>
[Alias("Recs.ILinearShard")]
public interface ILinearShard : ILearningShard
{
    /// <summary>A graph comes to serve: the regressions over other clusters are forgotten. Idempotent.</summary>
    /// <param name="clusterIdBase">Global id of its first cluster.</param>
    /// <param name="clusters">How many there are.</param>
    [Alias("Fit")]
    ValueTask Fit(int clusterIdBase, int clusters);
}
