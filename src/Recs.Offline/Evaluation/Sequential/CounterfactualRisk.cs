using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Recs.Offline.Evaluation.Sequential;

/// <summary>
/// Counterfactual risk of a parametric policy on a log of another: mean(ℓ·w) + λ·std(ℓ·(w − 1)) with w = π_θ/(π_0 + α·π_θ), the
/// weights of implicit exploration, and its minimiser. Zenati et al., Sequential Counterfactual Risk Minimization, ICML 2023.
/// </summary>
/// <remarks>
/// The loss must be at most 0 where the log is good: losses above 0 would reward a policy for staying away from the log.
/// </remarks>
public sealed class CounterfactualRisk
{
    const double StepWidth = 1e-5;
    const double GradientTolerance = 1e-6;
    const double ParameterTolerance = 1e-9;
    const double RiskTolerance = 1e-12;
    const int Memory = 8;
    const int StepsMax = 200;

    readonly double[] _losses;
    readonly double[] _behavior;
    readonly Action<Vector<double>, double[]> _densities;
    readonly double _penalty;
    readonly double _exploration;
    readonly double[] _target;
    readonly double[] _weighted;

    /// <summary>A risk.</summary>
    /// <param name="losses">ℓ, shape [n], n ≥ 2.</param>
    /// <param name="behavior">π_0 of what was done, each &gt; 0, shape [n].</param>
    /// <param name="densities">Writes π_θ of what was done for given parameters θ, shape [n].</param>
    /// <param name="penalty">λ ≥ 0.</param>
    /// <param name="exploration">α ≥ 0; 1/n in the paper, 0 for plain importance weights.</param>
    public CounterfactualRisk(
        double[] losses, double[] behavior, Action<Vector<double>, double[]> densities, double penalty, double exploration)
    {
        (_losses, _behavior, _densities, _penalty, _exploration) = (losses, behavior, densities, penalty, exploration);
        (_target, _weighted) = (new double[losses.Length], new double[losses.Length]);
    }

    /// <summary>The risk at θ. O(n).</summary>
    public double At(Vector<double> parameters)
    {
        _densities(parameters, _target);
        var squares = 0.0;
        var sum = 0.0;
        for (var i = 0; i < _losses.Length; i++)
        {
            var weight = _target[i] / (_behavior[i] + (_exploration * _target[i]));
            sum += _losses[i] * weight;
            _weighted[i] = _losses[i] * (weight - 1);
        }

        var mean = TensorPrimitives.Sum<double>(_weighted) / _weighted.Length;
        foreach (var value in _weighted)
        {
            squares += (value - mean) * (value - mean);
        }

        return (sum / _losses.Length) + (_penalty * Math.Sqrt(squares / _losses.Length / _losses.Length));
    }

    /// <summary>The parameters with the least risk, by L-BFGS from a start. Where the search ends in a dead end, the best it saw.</summary>
    /// <param name="start">θ to begin at: the policy that wrote the log.</param>
    public Vector<double> Minimise(Vector<double> start)
    {
        var best = start;
        var least = At(start);
        double Seen(Vector<double> parameters)
        {
            var risk = At(parameters);
            if (risk < least)
            {
                (best, least) = (parameters.Clone(), risk);
            }

            return double.IsFinite(risk) ? risk : double.MaxValue;
        }

        try
        {
            _ = new LimitedMemoryBfgsMinimizer(GradientTolerance, ParameterTolerance, RiskTolerance, Memory, StepsMax)
                .FindMinimum(ObjectiveFunction.Gradient(Seen, Slope), start);
        }
        catch (OptimizationException)
        {
            // A line search that finds no better point has found where to stop.
        }

        return best;
    }

    /// <summary>Central differences: parameters are few and the risk is cheap.</summary>
    Vector<double> Slope(Vector<double> parameters)
    {
        var slope = Vector<double>.Build.Dense(parameters.Count);
        for (var i = 0; i < parameters.Count; i++)
        {
            var moved = parameters.Clone();
            moved[i] = parameters[i] + StepWidth;
            var above = At(moved);
            moved[i] = parameters[i] - StepWidth;
            slope[i] = (above - At(moved)) / (2 * StepWidth);
        }

        return slope;
    }
}
