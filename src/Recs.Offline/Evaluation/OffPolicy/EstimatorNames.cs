namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>The names by which tables and documents know the estimators.</summary>
public static class EstimatorNames
{
    /// <summary>Every estimator, in the order of the tables.</summary>
    public static IReadOnlyList<Estimator> All { get; } = Enum.GetValues<Estimator>();

    /// <summary>The name of an estimator.</summary>
    public static string Of(Estimator estimator) => estimator switch
    {
        Estimator.DirectMethod => "DM",
        Estimator.Ips => "IPS",
        Estimator.ClippedIps => "clipped IPS",
        Estimator.SelfNormalisedIps => "SNIPS",
        Estimator.ImplicitExplorationIps => "IPS-IX",
        Estimator.SubGaussianIps => "SG-IPS",
        Estimator.DoublyRobust => "DR",
        Estimator.SelfNormalisedDoublyRobust => "SNDR",
        Estimator.SwitchDoublyRobust => "SWITCH-DR",
        Estimator.ShrunkDoublyRobust => "DR-os",
        _ => throw new ArgumentOutOfRangeException(nameof(estimator)),
    };

    /// <summary>The symbol of an estimator's parameter, null if it has none.</summary>
    public static string? ParameterOf(Estimator estimator) => estimator switch
    {
        Estimator.ImplicitExplorationIps => "alpha",
        Estimator.ClippedIps or Estimator.SubGaussianIps or Estimator.SwitchDoublyRobust or Estimator.ShrunkDoublyRobust => "lambda",
        _ => null,
    };

    /// <summary>Whether the reward model takes part.</summary>
    public static bool UsesModel(Estimator estimator) =>
        estimator is Estimator.DirectMethod or >= Estimator.DoublyRobust;

    /// <summary>
    /// The estimator that an estimator becomes without its shrinkage: IPS or DR for those that trade bias for variance, null for
    /// those that are unbiased or consistent themselves.
    /// </summary>
    public static Estimator? UnshrunkOf(Estimator estimator) => estimator switch
    {
        Estimator.ClippedIps or Estimator.ImplicitExplorationIps or Estimator.SubGaussianIps => Estimator.Ips,
        Estimator.DirectMethod or Estimator.SwitchDoublyRobust or Estimator.ShrunkDoublyRobust => Estimator.DoublyRobust,
        _ => null,
    };
}
