using System.ComponentModel.DataAnnotations;
using Recs.Offline.Embeddings;
using Recs.Offline.Towers;

namespace Recs.Offline;

/// <summary>Settings of a training. Shapes that are null are the parent's, or the default where there is no parent.</summary>
public sealed record RetrainOptions
{
    /// <summary>D where neither the settings nor a parent say otherwise.</summary>
    public const int DimsDefault = 64;

    /// <summary>C where neither the settings nor a parent say otherwise.</summary>
    public const int ClustersDefault = 256;

    /// <summary>F where neither the settings nor a parent say otherwise.</summary>
    public const int BucketsDefault = 256;

    /// <summary>D: length of vectors. Another D than the parent's begins a new lineage.</summary>
    [Range(1, 1024)]
    public int? Dims { get; init; }

    /// <summary>C: clusters. Another C than the parent's begins a new lineage.</summary>
    [Range(1, 1_000_000)]
    public int? Clusters { get; init; }

    /// <summary>F: hashed content features.</summary>
    [Range(0, 4096)]
    public int? Buckets { get; init; }

    /// <summary>W: best items of a cluster by inner product that get an edge. Default 200.</summary>
    [Range(1, 100_000)]
    public int EdgesPerCluster { get; init; } = 200;

    /// <summary>Most of a cluster's W best that may be of one category, an item's first; 1 for no quota. Default 1.</summary>
    [Range(0.001, 1.0)]
    public double CategoryShareMax { get; init; } = 1;

    /// <summary>Clusters that every available item has an edge to at least, so that it can be reached. Default 2.</summary>
    [Range(1, 64)]
    public int AttachClusters { get; init; } = 2;

    /// <summary>Fresh items that every cluster has an edge to at least, as far as there are any. Default 20.</summary>
    [Range(0, 100_000)]
    public int FreshEdges { get; init; } = 20;

    /// <summary>Age up to which an item is fresh. Default 7 days.</summary>
    public TimeSpan FreshFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How vectors are learned from feedback. Default ALS.</summary>
    public EmbeddingKind Embeddings { get; init; } = EmbeddingKind.Als;

    /// <summary>Settings of the two-tower training, where that is the kind.</summary>
    public TowerOptions Towers { get; init; } = new();

    /// <summary>Passes of ALS over the pairs. Default 8.</summary>
    [Range(1, 1000)]
    public int Epochs { get; init; } = 8;

    /// <summary>
    /// α of ALS and of the fold-in: a pair rewarded by r has the confidence 1 + α·r. Default 2: of {1, 2, 5, 10, 15, 40}
    /// the best on a validation split of MovieLens small at λ from 0.1 to 10 (40, as in the paper, is a fifth worse there).
    /// </summary>
    [Range(0f, 1e6f)]
    public float Alpha { get; init; } = 2;

    /// <summary>λ of ALS. Default 2; from 0.1 to 10 it hardly matters with α = 2.</summary>
    [Range(1e-6f, 1e6f)]
    public float Ridge { get; init; } = 2;

    /// <summary>Conjugate-gradient steps per row, in ALS and in the fold-in. Default 3.</summary>
    [Range(1, 1000)]
    public int Steps { get; init; } = 3;

    /// <summary>λ of the regression from content features to vectors, in items. Default 1.</summary>
    [Range(1e-6, 1e9)]
    public double ContentRidge { get; init; } = 1;

    /// <summary>Rewarded pairs from which on vectors are learned from feedback; with fewer they come from content. Default 1000.</summary>
    [Range(1, int.MaxValue)]
    public int RewardedMin { get; init; } = 1000;

    /// <summary>Most passes of k-means. Default 20.</summary>
    [Range(1, 1000)]
    public int ClusterPassesMax { get; init; } = 20;

    /// <summary>With fewer viewers per cluster than this, items are clustered together with viewers. Default 2.</summary>
    [Range(1, 1000)]
    public int ViewersPerClusterMin { get; init; } = 2;

    /// <summary>Most viewers that are clustered; of more, an even sample. Default 1,000,000.</summary>
    [Range(1, 10_000_000)]
    public int ViewersMax { get; init; } = 1_000_000;

    /// <summary>Shown pairs from which on the prior is fitted. Default 1000.</summary>
    [Range(10, int.MaxValue)]
    public int PriorPairsMin { get; init; } = 1000;

    /// <summary>Chance of a reward where the prior is not fitted: a = logit of it, β = 1. Default 0.1.</summary>
    [Range(1e-6, 1 - 1e-6)]
    public double BaseRate { get; init; } = 0.1;

    /// <summary>Seed of everything that is drawn. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; 0 for as many as there are processors. The result does not depend on it. Default 0.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>The first setting that is out of its range, in one line; null when all are fine.</summary>
    public string? Fault()
    {
        var faults = new List<ValidationResult>();
        return Validator.TryValidateObject(this, new ValidationContext(this), faults, validateAllProperties: true)
            ? FreshFor < TimeSpan.Zero ? "FreshFor must not be negative." : null
            : faults[0].ErrorMessage;
    }
}
