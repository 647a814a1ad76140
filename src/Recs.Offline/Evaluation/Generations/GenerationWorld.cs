namespace Recs.Offline.Evaluation.Generations;

/// <summary>Contexts, and actions that come and go; rewards are rare and follow a logistic model.</summary>
public sealed class GenerationWorld
{
    /// <summary>Actions at a time.</summary>
    public const int Actions = 40;

    /// <summary>Length of a context without the constant.</summary>
    public const int Dimensions = 4;

    const double Intercept = -3;
    const double InterceptDeviation = 0.7;
    const double SlopeDeviation = 1;
    const double Renewed = 0.1;
    const int Purpose = 0x67656E65;

    readonly double[] _coefficients = new double[Actions * (Dimensions + 1)];
    readonly SeededRandom _chance;

    /// <summary>A world.</summary>
    public GenerationWorld(int seed)
    {
        _chance = SeededRandom.Of(seed, Purpose);
        for (var action = 0; action < Actions; action++)
        {
            Draw(action);
        }
    }

    /// <summary>A context, shape [D].</summary>
    public static double[] Context(SeededRandom chance) => [.. Enumerable.Range(0, Dimensions).Select(_ => chance.NextNormal())];

    /// <summary>Chance of a reward.</summary>
    public double ChanceOf(int action, double[] context) =>
        GenerationModel.Logistic(GenerationModel.Score(_coefficients.AsSpan(action * (Dimensions + 1), Dimensions + 1), context));

    /// <summary>Replaces a tenth of the actions.</summary>
    /// <returns>Which.</returns>
    public int[] Renew()
    {
        var renewed = Enumerable.Range(0, Actions).Where(_ => _chance.NextDouble() < Renewed).ToArray();
        foreach (var action in renewed)
        {
            Draw(action);
        }

        return renewed;
    }

    void Draw(int action)
    {
        var own = _coefficients.AsSpan(action * (Dimensions + 1), Dimensions + 1);
        foreach (ref var slope in own)
        {
            slope = SlopeDeviation * _chance.NextNormal();
        }

        own[^1] = Intercept + (InterceptDeviation * _chance.NextNormal());
    }
}
