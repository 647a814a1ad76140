using System.Diagnostics;
using System.Numerics;

namespace Recs.Matching.Slates;

/// <summary>
/// The probability that one of several independent Gaussian draws is the largest:
/// ∫ φ((x − mⱼ)/sⱼ)/sⱼ · Π_{i≠j} Φ((x − mᵢ)/sᵢ) dx.
/// </summary>
/// <remarks>
/// Adaptive Gauss-Kronrod quadrature (7 and 15 nodes; Piessens et al., QUADPACK, 1983), the nodes of a panel side by
/// side in vectors. A sharp rival is a step, and one between a panel's outermost node and its end is seen by neither
/// rule: the values at the ends count towards the error too. Absolute error below 1e-7. No allocation.
/// </remarks>
public static class ArgmaxProbability
{
    /// <summary>No belief is sharper than this many reward units: keeps equal certain beliefs a fair lot.</summary>
    public const double DeviationMin = 1e-4;

    const double Reach = 6;
    const double PanelTolerance = 1e-8;
    const double Negligible = 1e-10;
    const int DepthMax = 40;
    const int Nodes = 16;

    /// <summary>Kronrod nodes on [−1, 1]; the sixteenth, which weighs nothing, is the panel's end.</summary>
    static readonly double[] Abscissae =
    [
        -0.991455371120812639206854697526329, -0.949107912342758524526189684047851,
        -0.864864423359769072789712788640926, -0.741531185599394439863864773280788,
        -0.586087235467691130294144258648, -0.405845151377397166906606412076961,
        -0.207784955007898467600689403773245, 0,
        0.207784955007898467600689403773245, 0.405845151377397166906606412076961,
        0.586087235467691130294144258648, 0.741531185599394439863864773280788,
        0.864864423359769072789712788640926, 0.949107912342758524526189684047851,
        0.991455371120812639206854697526329, 1,
    ];

    static readonly double[] Kronrod =
    [
        0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
        0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
        0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
        0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
        0.204432940075298892414161999234649, 0.190350578064785409913256402421014,
        0.169004726639267902826583426598550, 0.140653259715525918745189590510238,
        0.104790010322250183839876322541518, 0.063092092629978553290700663189204,
        0.022935322010529224963732008058970, 0,
    ];

    static readonly double[] Gauss =
    [
        0, 0.129484966168869693270611432679082, 0, 0.279705391489276667901467771423780,
        0, 0.381830050505118944950369775488975, 0, 0.417959183673469387755102040816327,
        0, 0.381830050505118944950369775488975, 0, 0.279705391489276667901467771423780,
        0, 0.129484966168869693270611432679082, 0, 0,
    ];

    /// <summary>Weights that carry the outermost three nodes' values to the end by a parabola, outermost first.</summary>
    static readonly double[] ToEnd = [Lagrange(14, 13, 12), Lagrange(13, 14, 12), Lagrange(12, 14, 13)];

    /// <summary>Standard deviation of a Thompson draw: width · spread, at least <see cref="DeviationMin"/>.</summary>
    public static double Deviation(float width, float spread) => Math.Max(width * (double)spread, DeviationMin);

    /// <summary>Probability that draw <paramref name="index"/> is the largest.</summary>
    /// <param name="index">j, the draw asked about.</param>
    /// <param name="means">m, shape [n], n ≥ 1, finite.</param>
    /// <param name="deviations">s, shape [n], each above 0.</param>
    /// <returns>A probability in (0, 1]; one below 1e-12 is given as 1e-12.</returns>
    public static double Of(int index, ReadOnlySpan<double> means, ReadOnlySpan<double> deviations)
    {
        Debug.Assert(means.Length == deviations.Length, "one deviation per mean");
        var mean = means[index];
        var deviation = deviations[index];
        var low = mean - (Reach * deviation);
        var high = mean + (Reach * deviation);

        // Below the strongest rival's lower end that rival wins anyway: nothing is lost by starting there.
        var rise = low;
        for (var i = 0; i < means.Length; i++)
        {
            var start = means[i] - (Reach * deviations[i]);
            if (i != index && start > low)
            {
                low = start;
                rise = means[i] + (Reach * deviations[i]);
            }
        }

        if (low >= high)
        {
            return 1e-12;
        }

        Span<double> rivals = stackalloc double[2 * means.Length];
        var count = KeepRivals(index, means, deviations, low, rivals);
        rivals = rivals[..(2 * count)];

        // Both the strongest rival's rise and the own mean are seams: no panel can step over a sharp feature.
        var first = Math.Clamp(Math.Min(rise, mean), low, high);
        var second = Math.Clamp(Math.Max(rise, mean), low, high);
        var end = 0.0;
        var total = Integrate(low, first, mean, deviation, rivals, ref end)
            + Integrate(first, second, mean, deviation, rivals, ref end)
            + Integrate(second, high, mean, deviation, rivals, ref end);
        return Math.Clamp(total, 1e-12, 1);
    }

    /// <summary>Packs (1/s, m/s) of the rivals that can still matter above <paramref name="low"/>, in the caller's order.</summary>
    static int KeepRivals(
        int index, ReadOnlySpan<double> means, ReadOnlySpan<double> deviations, double low, Span<double> rivals)
    {
        var count = 0;
        for (var i = 0; i < means.Length; i++)
        {
            if (i != index && means[i] + (Reach * deviations[i]) > low)
            {
                var inverse = 1 / deviations[i];
                rivals[2 * count] = inverse;
                rivals[(2 * count) + 1] = means[i] * inverse;
                count++;
            }
        }

        return count;
    }

    /// <summary>
    /// One stretch of the integral. <paramref name="end"/> holds the integrand where the one before stopped, and
    /// receives it where this one does.
    /// </summary>
    static double Integrate(
        double low, double high, double mean, double deviation, ReadOnlySpan<double> rivals, ref double end)
    {
        if (!(high > low))
        {
            return 0;
        }

        // Left to right, so that a panel's beginning is the end of the one before.
        Span<(double Low, double High)> open = stackalloc (double, double)[DepthMax + 1];
        open[0] = (low, high);
        var count = 1;
        var total = 0.0;
        while (count > 0)
        {
            var (from, to) = open[--count];
            var (value, error, last) = Panel(from, to, mean, deviation, rivals, end);
            if (error <= PanelTolerance || count + 2 > DepthMax)
            {
                total += value;
                end = last;
                continue;
            }

            var middle = 0.5 * (from + to);
            open[count++] = (middle, to);
            open[count++] = (from, middle);
        }

        return total;
    }

    static (double Value, double Error, double End) Panel(
        double low, double high, double mean, double deviation, ReadOnlySpan<double> rivals, double start)
    {
        var half = 0.5 * (high - low);
        var centre = new Vector<double>(0.5 * (low + high));
        var inverse = 1 / deviation;
        Span<double> densities = stackalloc double[Nodes];
        var kronrod = Vector<double>.Zero;
        var gauss = Vector<double>.Zero;
        for (var at = 0; at < Nodes; at += Vector<double>.Count)
        {
            var x = centre + (new Vector<double>(Abscissae, at) * half);
            var product = Vector<double>.One;
            for (var i = 0; i < rivals.Length; i += 2)
            {
                product *= NormalDistribution.Cumulative((x * rivals[i]) - new Vector<double>(rivals[i + 1]));
                if (Vector.LessThanAll(product, new Vector<double>(Negligible)))
                {
                    product = Vector<double>.Zero;
                    break;
                }
            }

            var density = product * NormalDistribution.Density((x - new Vector<double>(mean)) * inverse);
            density.CopyTo(densities[at..]);
            kronrod += density * new Vector<double>(Kronrod, at);
            gauss += density * new Vector<double>(Gauss, at);
        }

        var expectedStart = (ToEnd[0] * densities[0]) + (ToEnd[1] * densities[1]) + (ToEnd[2] * densities[2]);
        var expectedEnd = (ToEnd[0] * densities[14]) + (ToEnd[1] * densities[13]) + (ToEnd[2] * densities[12]);
        var unseen = (1 - Abscissae[14]) * (Math.Abs(start - expectedStart) + Math.Abs(densities[15] - expectedEnd));
        var scale = half * inverse;
        var value = Vector.Sum(kronrod) * scale;
        return (value, Math.Abs(value - (Vector.Sum(gauss) * scale)) + (unseen * scale), densities[15]);
    }

    static double Lagrange(int at, int other, int third) =>
        (1 - Abscissae[other]) * (1 - Abscissae[third])
        / ((Abscissae[at] - Abscissae[other]) * (Abscissae[at] - Abscissae[third]));
}
