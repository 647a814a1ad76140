using System.Numerics.Tensors;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>How well a log covers a target: what decides whether reweighting can be trusted.</summary>
public sealed record Overlap
{
    const double TopShareOfRows = 0.01;

    /// <summary>Rows used.</summary>
    public required int Rows { get; init; }

    /// <summary>(Σ w)²/Σ w² (Kish 1965): the number of rows of the target itself that would say as much. At most n.</summary>
    public required double EffectiveSampleSize { get; init; }

    /// <summary>
    /// (Σ w|r|)²/Σ (w|r|)²: the same count for rows that earned something. Where rewards are rare it is what limits precision.
    /// </summary>
    public required double EffectiveRewards { get; init; }

    /// <summary>max w.</summary>
    public required double LargestWeight { get; init; }

    /// <summary>mean w; 1 in expectation if the propensities are right and cover the target.</summary>
    public required double MeanWeight { get; init; }

    /// <summary>(mean w − 1) in its standard errors; 0 if all weights are the same.</summary>
    public required double MeanWeightZ { get; init; }

    /// <summary>Share of Σ w on the hundredth of the rows with the largest weights, at least one row.</summary>
    public required double TopHundredthShare { get; init; }

    /// <summary>Mean probability that the target gives to actions the log never shows at that position, in [0, 1].</summary>
    public required double UnsupportedMass { get; init; }

    /// <summary>Number of (position, action) cells with target mass that the log never shows.</summary>
    public required int UnsupportedCells { get; init; }

    /// <summary>Rows not used, by reason.</summary>
    public required IReadOnlyList<DroppedRows> Dropped { get; init; }

    /// <summary>Rows not used.</summary>
    public int DroppedCount => Dropped.Sum(drop => drop.Count);

    /// <summary>Measures a log against a target. O(n · A).</summary>
    public static Overlap Of(BanditLog log, TargetPolicy target, WeightedFeedback feedback)
    {
        var weights = feedback.Weights;
        var sum = TensorPrimitives.Sum<double>(weights);
        var mean = sum / weights.Length;
        var error = new Contributions(weights).StandardError;
        var top = Math.Max(1, (int)Math.Round(weights.Length * TopShareOfRows));
        var (mass, cells) = Unsupported(log, target);
        return new()
        {
            Rows = log.RowCount,
            EffectiveSampleSize = EffectiveCount(weights),
            EffectiveRewards = EffectiveCount([.. weights.Zip(feedback.Rewards, (weight, reward) => weight * Math.Abs(reward))]),
            LargestWeight = TensorPrimitives.Max<double>(weights),
            MeanWeight = mean,
            MeanWeightZ = error > 0 ? (mean - 1) / error : 0,
            TopHundredthShare = sum > 0 ? weights.OrderDescending().Take(top).Sum() / sum : 0,
            UnsupportedMass = mass,
            UnsupportedCells = cells,
            Dropped = log.Dropped,
        };
    }

    /// <summary>(Σ v)²/Σ v², 0 if every value is 0.</summary>
    public static double EffectiveCount(ReadOnlySpan<double> values)
    {
        var sum = TensorPrimitives.Sum(values);
        var squares = TensorPrimitives.SumOfSquares(values);
        return squares > 0 ? sum * sum / squares : 0;
    }

    static (double Mass, int Cells) Unsupported(BanditLog log, TargetPolicy target)
    {
        var counts = log.CellCounts();
        var actions = log.Actions.Count;
        var wanted = new double[counts.Length];
        for (var row = 0; row < log.RowCount; row++)
        {
            var own = wanted.AsSpan(log.Positions[row] * actions, actions);
            TensorPrimitives.Add(own, target.Of(row), own);
        }

        var mass = 0.0;
        var cells = 0;
        for (var cell = 0; cell < counts.Length; cell++)
        {
            if (counts[cell] == 0 && wanted[cell] > 0)
            {
                mass += wanted[cell];
                cells++;
            }
        }

        return (mass / log.RowCount, cells);
    }
}
