namespace Recs.Neural.Networks;

/// <summary>Losses of a head, as their gradients at the head.</summary>
/// <remarks>
/// Both gradients are "what is predicted − what came", so an impression (nothing has come yet) and its rewards, whenever they
/// come, are separate steps whose gradients add up to that of the whole example: dL(0) = p(z), and each reward r adds −r. A
/// reward that is late is not a negative that has to be taken back.
/// </remarks>
public static class Losses
{
    /// <summary>½(z − y)²: z − y.</summary>
    public static float Square(float z, float y) => z - y;

    /// <summary>−y·ln σ(z) − (1 − y)·ln(1 − σ(z)): σ(z) − y. y in [0, 1].</summary>
    public static float CrossEntropy(float z, float y) => Logistic(z) - y;

    /// <summary>
    /// The head as training must see it when only a share of the negatives is kept: z − ln(kept), so that z itself is the log
    /// odds of all of them and serving needs no correction. Monolith (arXiv 2209.07663), released LogitCorrection.
    /// </summary>
    /// <param name="z">The head.</param>
    /// <param name="kept">Share of negatives kept, in (0, 1].</param>
    public static float Corrected(float z, float kept) => z - MathF.Log(kept);

    /// <summary>The probability among all, from one learned where only a share of the negatives was kept: odds·kept.</summary>
    /// <param name="probability">In (0, 1).</param>
    /// <param name="kept">Share of negatives kept, in (0, 1].</param>
    public static double Served(double probability, double kept)
    {
        var odds = probability / (1 - probability) * kept;
        return odds / (1 + odds);
    }

    /// <summary>1/(1 + e^−z).</summary>
    public static float Logistic(float z) => 1 / (1 + MathF.Exp(-z));
}
