namespace Recs.Neural.Combinatorial;

/// <summary>What has been seen of the gradient space: Z = λI + Σ g gᵀ over every played arm.</summary>
public interface IGradientCovariance : IDisposable
{
    /// <summary>Widths of this round's arms: gᵀ Z⁻¹ g, before any of them is added.</summary>
    /// <param name="gradients">The round's arms; kept by reference until <see cref="Add"/>.</param>
    /// <param name="widths">Shape [N]; at least 0, unit of the squared score.</param>
    void Measure(ArmGradients gradients, Span<float> widths);

    /// <summary>Adds the gradients of the arms that were played, of those last measured.</summary>
    /// <param name="played">Distinct arms.</param>
    void Add(ReadOnlySpan<int> played);
}
