using Recs.Matching.Numerics;
using Recs.Neural.Kernels;

namespace Recs.Neural.Networks;

/// <summary>
/// The perturbed ensemble of NeuSquareCB and NeuFastCB (arXiv 2312.07145): the loss averaged over predictions
/// f + c·⟨θ − θ0, ε⟩/m^¼ with fixed random signs ε. It gives the loss a unique minimum; it does not depend on the input, so it
/// cannot change a ranking.
/// </summary>
/// <remarks>
/// For the square loss its expectation over ε is a pull of (c²/√m)·(θ − θ0). With the optimisers other than plain descent the
/// pull is added apart from the step, as decoupled weight decay is. Not thread-safe; no allocation.
/// </remarks>
public sealed unsafe class PerturbedEnsemble : IDisposable
{
    readonly Network _network;
    readonly NativePages _start;
    readonly NativePages _signs;
    readonly NativePages _pull;
    readonly float _strength;
    readonly float[] _slopes;

    /// <summary>An ensemble around where the network stands now.</summary>
    /// <param name="network">The network that learns.</param>
    /// <param name="members">S ≥ 1 sign vectors.</param>
    /// <param name="strength">c ≥ 0.</param>
    /// <param name="seed">Seed of the signs.</param>
    public PerturbedEnsemble(Network network, int members, float strength, ulong seed)
    {
        _network = network;
        var length = network.Shape.Length;
        _start = new((nuint)length * sizeof(float));
        _signs = new((nuint)(length * members) * sizeof(float));
        _pull = new((nuint)length * sizeof(float));
        network.Parameters.CopyTo(new Span<float>((float*)_start.Start, length));
        Offsets = new float[members];
        _slopes = new float[members];
        var width = network.Shape.Layers > 1 ? network.Shape.Out(0) : network.Shape.Inputs;
        _strength = strength / MathF.Pow(width, 0.25f);
        var rng = new Rng(seed);
        foreach (ref var sign in new Span<float>((float*)_signs.Start, length * members))
        {
            sign = (rng.Next() & 1) == 0 ? -1 : 1;
        }
    }

    /// <summary>c·⟨θ − θ0, ε_s⟩/m^¼ of each member; see <see cref="Measure"/>.</summary>
    public float[] Offsets { get; }

    /// <summary>Computes the offsets of where the network stands now. O(S·parameters).</summary>
    public void Measure()
    {
        var length = _network.Shape.Length;
        for (var member = 0; member < Offsets.Length; member++)
        {
            Offsets[member] = _strength
                * LayerKernel.DifferenceDot(_network.Start, (float*)_start.Start, (float*)_signs.Start + (member * length), length);
        }
    }

    /// <summary>The gradient at the head, averaged over the members, and the pull that goes with it.</summary>
    /// <param name="head">f.</param>
    /// <param name="label">y.</param>
    /// <param name="isLogistic">Cross-entropy; the square loss otherwise.</param>
    /// <returns>Mean of dL/df over the members.</returns>
    public float Gradient(float head, float label, bool isLogistic)
    {
        var sum = 0f;
        for (var member = 0; member < Offsets.Length; member++)
        {
            var perturbed = head + Offsets[member];
            _slopes[member] = isLogistic ? Losses.CrossEntropy(perturbed, label) : Losses.Square(perturbed, label);
            sum += _slopes[member];
        }

        return sum / Offsets.Length;
    }

    /// <summary>θ −= η·(c/m^¼)·mean(slope·ε): the other half of the step whose gradient was asked for last. O(S·parameters).</summary>
    /// <param name="rate">η ≥ 0.</param>
    public void Pull(float rate)
    {
        var length = _network.Shape.Length;
        var pull = (float*)_pull.Start;
        new Span<float>(pull, length).Clear();
        var squares = 0f;
        for (var member = 0; member < Offsets.Length; member++)
        {
            var factor = -rate * _strength * _slopes[member] / Offsets.Length;
            squares += factor * factor;
            LayerKernel.AddScaled(pull, (float*)_signs.Start + (member * length), factor, length);
        }

        if (float.IsFinite(squares))
        {
            LayerKernel.AddScaled(_network.Start, pull, 1, length);
            Pad();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _start.Dispose();
        _signs.Dispose();
        _pull.Dispose();
    }

    /// <summary>Padding is no parameter: it stays 0.</summary>
    void Pad()
    {
        var shape = _network.Shape;
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            for (var row = 0; row <= shape.In(layer) && shape.Out(layer) < shape.Stride(layer); row++)
            {
                _network.Parameters[(shape.WeightsAt(layer) + (row * shape.Stride(layer)) + shape.Out(layer))..(shape.WeightsAt(layer) + ((row + 1) * shape.Stride(layer)))].Clear();
            }
        }
    }
}
