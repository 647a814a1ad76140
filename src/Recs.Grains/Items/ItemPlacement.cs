using Recs.Grains.Hosting;
using Recs.Grains.Learning;
using Recs.Grains.Replication;

namespace Recs.Grains.Items;

/// <summary>Gives an item that a model was not trained with its vector and its first edges.</summary>
static class ItemPlacement
{
    /// <summary>
    /// Clusters that a new item is attached to: as many as an item of a trained graph has on average, so that a small
    /// catalogue is explored whole and a large one as sparsely as it is trained.
    /// </summary>
    public static int ClustersOf(ServingModel model, int items, ServingOptions options) => (int)Math.Clamp(
        (long)model.Clusters * options.EdgesPerCluster / Math.Max(items, 1),
        Math.Min(options.AttachClusters, model.Clusters),
        model.Clusters);

    /// <summary>Writes the item's content vector and adds edges to its nearest clusters.</summary>
    /// <param name="model">A model that serves or is being prepared.</param>
    /// <param name="entry">The item.</param>
    /// <param name="count">Clusters to attach it to.</param>
    /// <param name="placements">Receives the edges.</param>
    public static void Place(ServingModel model, CatalogueEntry entry, int count, List<EdgePlacement> placements)
    {
        var vector = new float[model.Dims];
        if (entry.Row >= model.Vectors.RowsMax || entry.Document is null)
        {
            return;
        }

        _ = model.Encode(entry.Document, vector);
        model.Vectors.Write(entry.Row, vector);
        foreach (var (cluster, affinity) in model.Nearest(vector, count, entry.Row))
        {
            placements.Add(new EdgePlacement(cluster, entry.Row, affinity));
        }
    }
}
