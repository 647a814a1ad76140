namespace Recs.Grains.Learning;

/// <summary>The single writer of the neural model: its embeddings by viewer, item and cluster, and its dense weights. Its key is 0.</summary>
[Alias("Recs.INeuralShard")]
public interface INeuralShard : ILearningShard;
