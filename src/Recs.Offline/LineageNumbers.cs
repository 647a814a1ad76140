using Recs.Schema.Models;

namespace Recs.Offline;

/// <summary>Numbers for a new lineage.</summary>
/// <param name="Lineage">Its number, from 1.</param>
/// <param name="ClusterIdBase">Global id of its first cluster.</param>
public readonly record struct LineageNumbers(int Lineage, int ClusterIdBase)
{
    /// <summary>Numbers above those of one model; the first ones for null.</summary>
    public static LineageNumbers After(ModelFile? model) =>
        model is null ? new(1, 0) : new(model.Lineage + 1, model.ClusterIdBase + model.Clusters);

    /// <summary>Numbers above those of all models, rolled-back ones included: an id never means two things.</summary>
    public static LineageNumbers After(IEnumerable<ModelManifest> models)
    {
        var next = new LineageNumbers(1, 0);
        foreach (var model in models)
        {
            next = new(
                Math.Max(next.Lineage, model.Lineage + 1),
                Math.Max(next.ClusterIdBase, model.ClusterIdBase + model.Clusters));
        }

        return next;
    }
}
