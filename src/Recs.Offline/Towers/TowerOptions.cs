using System.ComponentModel.DataAnnotations;

namespace Recs.Offline.Towers;

/// <summary>Settings of the two-tower training. Immutable.</summary>
public sealed record TowerOptions
{
    /// <summary>Passes over the rewarded pairs. Default 12.</summary>
    [Range(1, 1000)]
    public int Epochs { get; init; } = 12;

    /// <summary>B: pairs of a batch; each pair's item is a negative for the others. Default 512.</summary>
    [Range(16, 4096)]
    public int Batch { get; init; } = 512;

    /// <summary>Most items of a viewer's history that make the viewer's vector; of more, a sample drawn for each pair. Default 32.</summary>
    [Range(1, 1024)]
    public int History { get; init; } = 32;

    /// <summary>η of AdaGrad. Default 0.02.</summary>
    [Range(1e-6f, 10f)]
    public float Rate { get; init; } = 0.02f;

    /// <summary>
    /// τ: an inner product of τ is one unit of log-odds. Default 0.5, and η 0.02: of τ in {0.3, 0.5, 1, 2} and η in
    /// {0.02, 0.05, 0.1} among the best on a validation split of MovieLens small, for items with history and without; with τ = 0.1 and
    /// η = 0.1 the towers learn the training pairs by heart.
    /// </summary>
    [Range(1e-3f, 10f)]
    public float Temperature { get; init; } = 0.5f;

    /// <summary>
    /// Probability that an item goes without its own vector in a batch, so that content alone learns to place it. Default 0.3.
    /// </summary>
    [Range(0f, 1f)]
    public float Dropout { get; init; } = 0.3f;

    /// <summary>Pull of the items' own vectors towards 0, per use, as a share of η. Default 0.003.</summary>
    [Range(0f, 1f)]
    public float Decay { get; init; } = 0.003f;
}
