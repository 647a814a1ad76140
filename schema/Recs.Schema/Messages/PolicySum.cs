namespace Recs.Schema.Messages;

/// <summary>Exact sums of one policy's feedback.</summary>
/// <param name="Policy">Number of the policy.</param>
/// <param name="Impressions">Items shown.</param>
/// <param name="Reward">Σ r · 65535.</param>
[GenerateSerializer]
[Alias("Recs.PolicySum")]
public readonly record struct PolicySum(
    [property: Id(0)] byte Policy,
    [property: Id(1)] long Impressions,
    [property: Id(2)] long Reward);
