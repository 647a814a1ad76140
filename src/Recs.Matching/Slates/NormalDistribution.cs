using System.Numerics;
using System.Runtime.CompilerServices;

namespace Recs.Matching.Slates;

/// <summary>The standard normal distribution, several arguments at once.</summary>
static class NormalDistribution
{
    const double Limit = 6;

    /// <summary>Φ(t), absolute error below 1.2e-9 everywhere (2.3e-10 for |t| ≤ 6, constant beyond).</summary>
    /// <remarks>
    /// ½ + t·P(2t²/36 − 1), P the Chebyshev interpolant of degree 19 of (Φ(t) − ½)/t in t², as powers: no exponential
    /// and no division. Even and odd powers run as two chains, which halves the latency.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Cumulative(Vector<double> t)
    {
        t = Vector.Max(new Vector<double>(-Limit), Vector.Min(new Vector<double>(Limit), t));
        var y = (t * t * (2 / (Limit * Limit))) - Vector<double>.One;
        var z = y * y;
        var even = new Vector<double>(0.00013672443550802882);
        var odd = new Vector<double>(-5.733829855927297e-05);
        even = Step(even, z, 6.441556187169793e-05);
        odd = Step(odd, z, -3.956262369761986e-05);
        even = Step(even, z, 0.0012267040066400625);
        odd = Step(odd, z, -0.0006311108395811616);
        even = Step(even, z, 0.0028125496004767123);
        odd = Step(odd, z, -0.001671595424593355);
        even = Step(even, z, 0.007370317045867377);
        odd = Step(odd, z, -0.004852134770062823);
        even = Step(even, z, 0.014122120039290757);
        odd = Step(odd, z, -0.010424411661423903);
        even = Step(even, z, 0.022401302484546158);
        odd = Step(odd, z, -0.018204896715596813);
        even = Step(even, z, 0.03109117846906304);
        odd = Step(odd, z, -0.026636123014852152);
        even = Step(even, z, 0.04406396833103875);
        odd = Step(odd, z, -0.03638765372133849);
        even = Step(even, z, 0.11784852676529353);
        odd = Step(odd, z, -0.058899646537795454);
        return Vector.FusedMultiplyAdd(t, Vector.FusedMultiplyAdd(odd, y, even), new Vector<double>(0.5));
    }

    /// <summary>φ(t).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Density(Vector<double> t) => Vector.Exp(t * t * -0.5) * 0.3989422804014326779;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<double> Step(Vector<double> sum, Vector<double> z, double coefficient) =>
        Vector.FusedMultiplyAdd(sum, z, new Vector<double>(coefficient));
}
