namespace Recs.Offline.Evaluation.Generations;

/// <summary>Generations of one arm over several seeds.</summary>
/// <param name="Name">The arm.</param>
/// <param name="Curves">True value by seed and generation, as a share of what always showing the best action earns.</param>
/// <param name="Values">The same by generation, with its interval over seeds.</param>
/// <param name="PositiveRates">Mean over seeds.</param>
/// <param name="CalibrationErrors">Mean over seeds.</param>
/// <param name="Divergences">Mean over seeds, in nats.</param>
/// <param name="RolledBack">Share of seeds.</param>
/// <param name="Mean">The same from generation 2 on.</param>
/// <param name="Drop">Mean over consecutive generations, from the second on, of what the later one is worse: the oscillation.</param>
/// <param name="Worst">The worst such drop of a seed.</param>
public sealed record GenerationSummary(
    string Name,
    IReadOnlyList<double[]> Curves,
    IReadOnlyList<Interval> Values,
    IReadOnlyList<double> PositiveRates,
    IReadOnlyList<double> CalibrationErrors,
    IReadOnlyList<double> Divergences,
    IReadOnlyList<double> RolledBack,
    Interval Mean,
    Interval Drop,
    Interval Worst)
{
    const int Settled = 2;

    /// <summary>Sums up.</summary>
    /// <param name="name">The arm.</param>
    /// <param name="outcomes">Shape [seeds][generations], at least three generations for a drop.</param>
    public static GenerationSummary Of(string name, GenerationOutcome[][] outcomes)
    {
        var generations = Enumerable.Range(0, outcomes[0].Length).ToArray();
        double[][] curves = [.. outcomes.Select(seed => seed.Select(generation => generation.Value / generation.Best).ToArray())];
        return new(
            name,
            curves,
            [.. generations.Select(g => Interval.Of([.. curves.Select(curve => curve[g])]))],
            [.. generations.Select(g => outcomes.Average(seed => seed[g].PositiveRate))],
            [.. generations.Select(g => outcomes.Average(seed => seed[g].CalibrationError))],
            [.. generations.Select(g => outcomes.Average(seed => seed[g].Divergence))],
            [.. generations.Select(g => outcomes.Average(seed => seed[g].IsRolledBack ? 1.0 : 0))],
            Interval.Of([.. curves.Select(curve => curve.Skip(Settled).DefaultIfEmpty(curve[^1]).Average())]),
            Interval.Of([.. curves.Select(curve => Drops(curve).Average())]),
            Interval.Of([.. curves.Select(curve => Drops(curve).Max())]));
    }

    static IEnumerable<double> Drops(double[] curve) =>
        curve.Skip(1).Zip(curve.Skip(Settled), (before, after) => Math.Max(0, before - after)).DefaultIfEmpty(0);
}
