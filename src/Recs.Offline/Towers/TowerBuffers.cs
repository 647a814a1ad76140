using Recs.Matching.Numerics;
using Recs.Neural.Kernels;
using Recs.Neural.Networks;

namespace Recs.Offline.Towers;

/// <summary>The matrices of a batch, kept from one to the next.</summary>
sealed unsafe class TowerBuffers : IDisposable
{
    readonly int _dims;
    readonly int _stride;
    readonly int _wide;
    readonly NativePages _pages;
    readonly float* _viewers;
    readonly float* _positives;
    readonly float* _positivesAcross;
    readonly float* _scores;
    readonly float* _scoresAcross;
    readonly float* _viewerGradients;
    readonly float* _positiveGradients;
    float[] _vectors = [];
    float[] _gradients = [];
    int[] _useStarts = [];
    int[] _uses = [];

    public TowerBuffers(int dims, int batch)
    {
        (_dims, _stride, _wide) = (dims, NetworkShape.Padded(dims), NetworkShape.Padded(batch));
        var (tall, square) = ((long)_wide * _stride, (long)_wide * _wide);
        _pages = new NativePages((nuint)((5 * tall) + (2 * square)) * sizeof(float));
        _viewers = (float*)_pages.Start;
        _positives = _viewers + tall;
        _positivesAcross = _positives + tall;
        _viewerGradients = _positivesAcross + tall;
        _positiveGradients = _viewerGradients + tall;
        _scores = _positiveGradients + tall;
        _scoresAcross = _scores + square;
        Scales = new float[batch];
        Losses = new float[batch];
    }

    /// <summary>1/length of each viewer's sum; 0 where it has none.</summary>
    public float[] Scales { get; }

    /// <summary>Loss of each pair.</summary>
    public float[] Losses { get; }

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

    public Span<float> Vector(int slot) => _vectors.AsSpan(slot * _dims, _dims);

    public Span<float> Gradient(int slot) => _gradients.AsSpan(slot * _dims, _dims);

    public Span<float> Viewer(int pair) => new(_viewers + (pair * _stride), _dims);

    public Span<float> ViewerGradient(int pair) => new(_viewerGradients + (pair * _stride), _dims);

    public Span<float> PositiveGradient(int pair) => new(_positiveGradients + (pair * _stride), _dims);

    public Span<float> Score(int pair) => new(_scores + ((long)pair * _wide), _wide);

    /// <summary>Who uses an item: a pair whose history it is in, or the complement of a pair whose item it is.</summary>
    public ReadOnlySpan<int> UsesOf(int slot) => _uses.AsSpan(_useStarts[slot].._useStarts[slot + 1]);

    public double Loss(int count)
    {
        var sum = 0.0;
        for (var pair = 0; pair < count; pair++)
        {
            sum += Losses[pair];
        }

        return sum / count;
    }

    public void Fit(int slots, int history)
    {
        if (_vectors.Length < slots * _dims)
        {
            (_vectors, _gradients, _useStarts) = (new float[2 * slots * _dims], new float[2 * slots * _dims], new int[(2 * slots) + 1]);
        }

        if (_uses.Length < history + _wide)
        {
            _uses = new int[2 * (history + _wide)];
        }
    }

    /// <summary>The pairs' items as a matrix and as its transpose.</summary>
    public void Gather(List<int> positives)
    {
        new Span<float>(_positivesAcross, _stride * _wide).Clear();
        for (var pair = 0; pair < positives.Count; pair++)
        {
            var vector = Vector(positives[pair]);
            vector.CopyTo(new Span<float>(_positives + (pair * _stride), _dims));
            for (var d = 0; d < _dims; d++)
            {
                _positivesAcross[(d * _wide) + pair] = vector[d];
            }
        }
    }

    /// <summary>S = U·Vᵀ for some rows.</summary>
    public void Scores(int first, int rows) => MatrixKernel.Multiply(
        _viewers + (first * _stride), _stride, _positivesAcross, _scores + ((long)first * _wide), _wide, null, rows, _dims, _wide,
        isRectified: false);

    public void TransposeScores(int count)
    {
        for (var pair = 0; pair < count; pair++)
        {
            for (var other = 0; other < count; other++)
            {
                _scoresAcross[((long)other * _wide) + pair] = _scores[((long)pair * _wide) + other];
            }
        }
    }

    /// <summary>dU = dS·V and dV = dSᵀ·U for some rows.</summary>
    public void Gradients(int first, int rows, int count)
    {
        MatrixKernel.Multiply(
            _scores + ((long)first * _wide), _wide, _positives, _viewerGradients + (first * _stride), _stride, null, rows, count, _stride,
            isRectified: false);
        MatrixKernel.Multiply(
            _scoresAcross + ((long)first * _wide), _wide, _viewers, _positiveGradients + (first * _stride), _stride, null, rows, count,
            _stride, isRectified: false);
    }

    /// <summary>Sorts the uses by item, pairs in order.</summary>
    public void Scatter(TowerBatch batch)
    {
        var counts = _useStarts.AsSpan(0, batch.Items.Count + 1);
        counts.Clear();
        foreach (var slot in batch.History)
        {
            counts[slot + 1]++;
        }

        foreach (var slot in batch.Positives)
        {
            counts[slot + 1]++;
        }

        for (var slot = 0; slot < batch.Items.Count; slot++)
        {
            counts[slot + 1] += counts[slot];
        }

        var next = counts.ToArray();
        for (var pair = 0; pair < batch.Positives.Count; pair++)
        {
            for (var at = batch.Starts[pair]; at < batch.Starts[pair + 1]; at++)
            {
                _uses[next[batch.History[at]]++] = pair;
            }

            _uses[next[batch.Positives[pair]]++] = ~pair;
        }
    }
}
