namespace Recs.Neural.Combinatorial;

/// <summary>A policy for contextual combinatorial semi-bandits: it plays K of N arms and hears the score of each.</summary>
public interface ISlatePolicy : IDisposable
{
    /// <summary>Chooses the arms of a round.</summary>
    /// <param name="features">Row by row, shape [N, d].</param>
    /// <param name="slate">Receives K distinct arms, the most promising first.</param>
    void Choose(ReadOnlySpan<float> features, Span<int> slate);

    /// <summary>Learns from the last chosen slate.</summary>
    /// <param name="scores">The observed scores in the order of the slate, shape [K].</param>
    void Learn(ReadOnlySpan<float> scores);
}
