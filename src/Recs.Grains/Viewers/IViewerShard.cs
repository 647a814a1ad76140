using Recs.Grains.Learning;

namespace Recs.Grains.Viewers;

/// <summary>Owns the embeddings of the viewers whose hashed ids fall to it; what else is known of a viewer is with <see cref="IViewerGrain"/>.</summary>
[Alias("Recs.IViewerShard")]
public interface IViewerShard : IRowShard;
