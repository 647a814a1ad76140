using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>Draws an arm by a policy's form of inverse gap weighting.</summary>
static class GapWeighting
{
    /// <summary>The place of the drawn arm. capped-igw has the uniform reference and τ = K, where its cap does not bind.</summary>
    /// <param name="kind">Which form.</param>
    /// <param name="losses">Shape [K], each in [0, 1].</param>
    /// <param name="gamma">γ &gt; 0.</param>
    /// <param name="chance">Draws.</param>
    public static int Draw(PolicyKind kind, ReadOnlySpan<double> losses, double gamma, SeededRandom chance)
    {
        Span<double> probabilities = losses.Length <= 64 ? stackalloc double[losses.Length] : new double[losses.Length];
        switch (kind)
        {
            case PolicyKind.FastCb or PolicyKind.NeuFastCb:
                InverseGapWeighting.FastCb(losses, gamma, probabilities);
                break;
            case PolicyKind.CappedIgw:
                var reference = new double[losses.Length];
                Array.Fill(reference, 1.0 / losses.Length);
                _ = CappedInverseGapWeighting.Fill(losses, reference, losses.Length, gamma, probabilities);
                break;
            default:
                InverseGapWeighting.SquareCb(losses, gamma, probabilities);
                break;
        }

        var left = chance.NextDouble();
        for (var arm = 0; arm < probabilities.Length; arm++)
        {
            left -= probabilities[arm];
            if (left < 0)
            {
                return arm;
            }
        }

        return probabilities.IndexOf(probabilities.ToArray().Max());
    }
}
