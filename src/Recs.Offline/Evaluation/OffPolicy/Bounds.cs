namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>An interval for a value.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Bounds(double Low, double High)
{
    /// <summary>Whether a value lies inside, ends included.</summary>
    public bool Cover(double value) => value >= Low && value <= High;

    /// <summary>The least interval that holds both.</summary>
    public Bounds Hull(Bounds other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>Half of the width.</summary>
    public double HalfWidth => (High - Low) / 2;
}
