using Recs.Neural.Networks;

namespace Recs.Neural.Online;

/// <summary>
/// From the network's heads to rewards. A head adds to what the baseline says of its kind of reward, so a network that has learned
/// nothing predicts the baseline: with cross-entropy p = σ(z + logit(b·ρ)), with the square loss p = z + b·ρ, where b is the
/// baseline and ρ the head's share of all rewards so far.
/// </summary>
public sealed class RewardHeads
{
    readonly float[] _weights;
    readonly float[] _shares;
    readonly bool _isLogistic;

    /// <summary>Heads whose rewards have these shares.</summary>
    /// <param name="options">Loss and weights.</param>
    /// <param name="rewards">Σ r of each head, shape [heads].</param>
    public RewardHeads(OnlineOptions options, ReadOnlySpan<double> rewards)
    {
        _weights = [.. options.HeadWeights];
        _isLogistic = options.Loss is RewardLoss.CrossEntropy;
        _shares = new float[_weights.Length];
        Learn(rewards);
    }

    /// <summary>Heads.</summary>
    public int Count => _weights.Length;

    /// <summary>What each weighs in the score, shape [heads].</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>Takes other sums of rewards.</summary>
    public void Learn(ReadOnlySpan<double> rewards)
    {
        var total = 0.0;
        foreach (var sum in rewards)
        {
            total += sum;
        }

        for (var head = 0; head < Count; head++)
        {
            // One pseudo-reward each: a kind of reward that was never seen is rare, not impossible.
            _shares[head] = (float)((rewards[head] + 1) / (total + Count));
        }
    }

    /// <summary>Expected reward of a head.</summary>
    /// <param name="head">Which.</param>
    /// <param name="z">What the network gave for it.</param>
    /// <param name="baseline">b.</param>
    /// <param name="kept">Share of negatives that is learned from; 1 in serving.</param>
    public float Predict(int head, float z, float baseline, float kept = 1) => _isLogistic
        ? Losses.Logistic(Losses.Corrected(z + NetworkInput.LogOdds(baseline * _shares[head]), kept))
        : z + (baseline * _shares[head]);

    /// <summary>Expected reward of all heads together, and what a unit of all heads' z changes in it on average.</summary>
    /// <param name="z">The network's heads, shape [heads].</param>
    /// <param name="baseline">b.</param>
    /// <param name="match">What is added to every head.</param>
    public (float Mean, float Slope) Combine(ReadOnlySpan<float> z, float baseline, float match = 0)
    {
        var (mean, slope, weights) = (0f, 0f, 0f);
        for (var head = 0; head < Count; head++)
        {
            var p = Predict(head, z[head] + match, baseline);
            mean += _weights[head] * p;
            slope += _weights[head] * (_isLogistic ? p * (1 - p) : 1);
            weights += _weights[head];
        }

        return (mean, slope / Math.Max(weights, float.Epsilon));
    }
}
