using Recs.Neural.Combinatorial;

namespace Recs.Offline.Evaluation.Combinatorial;

/// <summary>A policy of the combinatorial comparison with its settings.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Settings">The experiment.</param>
public sealed record SlateArm(SlatePolicyKind Kind, SlateSettings Settings)
{
    const int LinearSamples = 1;

    /// <summary>Whether it has a network.</summary>
    public bool IsNeural => Kind is not (SlatePolicyKind.LinearUcb or SlatePolicyKind.LinearThompson);

    /// <summary>
    /// Whether it hears the scores of arms 0 … K − 1 in place of those it played: the released code of the linear baselines
    /// reads them from the wrong rows.
    /// </summary>
    public bool MisreadsScores => !IsNeural && Settings.AsReleased;

    /// <summary>The name on the command line.</summary>
    public string Name => Kind switch
    {
        SlatePolicyKind.NeuralUcb => "cn-ucb",
        SlatePolicyKind.NeuralThompson => "cn-ts",
        SlatePolicyKind.NeuralThompsonSingle => "cn-ts1",
        SlatePolicyKind.LinearUcb => "lin-ucb",
        _ => "lin-ts",
    };

    /// <summary>The policy, having seen nothing.</summary>
    /// <param name="seed">Seed of its start and draws.</param>
    public ISlatePolicy Create(int seed)
    {
        var options = new SlatePolicyOptions
        {
            Dimensions = Settings.Dimensions,
            Arms = Settings.Arms,
            SlateSize = Settings.SlateSize,
            Width = Settings.Width,
            RoundsMax = Settings.Rounds,
            Covariance = Settings.Covariance,
            Exploration = Kind is SlatePolicyKind.NeuralUcb or SlatePolicyKind.LinearUcb ? Exploration.Ucb : Exploration.Thompson,
            Samples = Kind is SlatePolicyKind.NeuralThompson ? Settings.Samples : LinearSamples,
            VarianceAsDeviation = Settings.AsReleased,
            PullToStart = !Settings.AsReleased,
            LaggedMean = Settings.AsReleased,
            Parallelism = Settings.Parallelism,
        };
        var start = SeededRandom.Of(seed, (int)Kind).NextBits();
        return IsNeural ? new NeuralSlatePolicy(options, start) : new LinearSlatePolicy(options, start);
    }
}
