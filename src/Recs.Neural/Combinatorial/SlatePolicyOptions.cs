namespace Recs.Neural.Combinatorial;

/// <summary>Settings of the combinatorial policies; the defaults are those of the published experiments.</summary>
public sealed record SlatePolicyOptions
{
    /// <summary>Features d of an arm.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Arms N of a round.</summary>
    public int Arms { get; init; } = 20;

    /// <summary>Arms K that are played.</summary>
    public int SlateSize { get; init; } = 4;

    /// <summary>How to explore.</summary>
    public Exploration Exploration { get; init; }

    /// <summary>Factor γ of the confidence width (UCB).</summary>
    public float Gamma { get; init; } = 1;

    /// <summary>Factor ν of the deviation (Thompson).</summary>
    public float Nu { get; init; } = 1;

    /// <summary>Draws M per arm, of which the largest counts (Thompson).</summary>
    public int Samples { get; init; } = 10;

    /// <summary>λ, the ridge of Z.</summary>
    public float Ridge { get; init; } = 1;

    /// <summary>Thompson draws with deviation ν²σ², as the released code does, and not νσ.</summary>
    public bool VarianceAsDeviation { get; init; }

    /// <summary>Hidden units m.</summary>
    public int Width { get; init; } = 100;

    /// <summary>How Z is held (neural policies).</summary>
    public CovarianceForm Covariance { get; init; }

    /// <summary>Rounds that are played at most; bounds the memory of <see cref="CovarianceForm.Gram"/>.</summary>
    public int RoundsMax { get; init; } = 4000;

    /// <summary>The network is trained in rounds 0, P, 2P, …</summary>
    public int TrainingPeriod { get; init; } = 10;

    /// <summary>Rounds before the present one that it is trained on.</summary>
    public int TrainingWindow { get; init; } = 100;

    /// <summary>Gradient steps of a training.</summary>
    public int TrainingSteps { get; init; } = 100;

    /// <summary>Step size.</summary>
    public float TrainingRate { get; init; } = 0.01f;

    /// <summary>The loss has (mλ/2)‖θ − θ₀‖². The released code adds it as a number without a gradient, so false is its behaviour.</summary>
    public bool PullToStart { get; init; } = true;

    /// <summary>
    /// The linear policies lag: the mean of a round lacks the round before, and starts at random, as in the released code.
    /// </summary>
    public bool LaggedMean { get; init; }

    /// <summary>Threads of <see cref="CovarianceForm.Woodbury"/>; no result depends on it.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Refuses what no policy can play.</summary>
    internal static SlatePolicyOptions Checked(SlatePolicyOptions options) =>
        options.SlateSize >= 1 && options.SlateSize <= options.Arms && options.Samples >= 1
            ? options
            : throw new ArgumentOutOfRangeException(nameof(options), options, "K is 1 to N, and M is at least 1.");
}
