namespace Recs.Grains.Learning;

/// <summary>
/// The one learner of the neural model: owner of its dense weights and its clusters' embeddings. The embeddings of viewers and
/// items are with their shards (<see cref="IRowShard"/>). Its key is 0.
/// </summary>
[Alias("Recs.INeuralShard")]
public interface INeuralShard : ILearningShard;
