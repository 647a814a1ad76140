namespace Recs.Schema.Models;

/// <summary>How well the steps of a training did. Null where a step did not run.</summary>
public sealed record ModelFigures
{
    /// <summary>Weighted squared error and ridge of implicit ALS after the last epoch, divided by the rewarded pairs.</summary>
    public double? Loss { get; init; }

    /// <summary>Chance that a rewarded item scores above a random other one, on the training data, in [0, 1].</summary>
    public double? Auc { get; init; }

    /// <summary>Mean of 1 − ⟨point, centroid⟩ over the clustered points, in [0, 2].</summary>
    public double? Inertia { get; init; }

    /// <summary>Share of the edges that the parent has, too, in [0, 1].</summary>
    public double? EdgesCarriedShare { get; init; }

    /// <summary>Share of the clustered points that are in the cluster that the parent's centroids would put them in.</summary>
    public double? ViewersKeptShare { get; init; }

    /// <summary>a of the prior.</summary>
    public double PriorIntercept { get; init; }

    /// <summary>β of the prior.</summary>
    public double PriorSlope { get; init; }

    /// <summary>Pairs the prior was fitted on; 0 when it is the configured one.</summary>
    public int PriorPairs { get; init; }
}
