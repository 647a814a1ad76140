using System.Numerics.Tensors;

namespace Recs.Offline.Towers;

/// <summary>One step of gradient descent on a batch.</summary>
/// <remarks>
/// Every number is computed by one thread in a fixed order, whichever thread that is: the result does not depend on how many
/// there are. O(B²·D) for the products and O(histories·D) for the rest.
/// </remarks>
sealed class TowerStep(ItemTower tower, float[] logPopularity, int dims, TowerOptions options, ParallelOptions work) : IDisposable
{
    const int BlockRows = 32;
    const float Floor = 1e-8f;

    readonly TowerBuffers _buffers = new(dims, options.Batch);

    /// <summary>Steps.</summary>
    /// <returns>The mean loss of the batch's pairs, in nats; 0 for an empty batch.</returns>
    public double Run(TowerBatch batch)
    {
        var count = batch.Positives.Count;
        if (count == 0)
        {
            return 0;
        }

        _buffers.Fit(batch.Items.Count, batch.History.Count);
        Blocks(batch.Items.Count, slot => tower.Encode(batch.Items[slot], batch.HasOwn[slot], _buffers.Vector(slot)));
        Blocks(count, pair => Viewer(batch, pair));
        _buffers.Gather(batch.Positives);
        BlocksOfRows(count, (first, rows) => _buffers.Scores(first, rows));
        Blocks(count, pair => Softmax(batch, pair, count));
        _buffers.TransposeScores(count);
        BlocksOfRows(count, (first, rows) => _buffers.Gradients(first, rows, count));
        Blocks(count, ViewerGradient);
        _buffers.Scatter(batch);
        Blocks(batch.Items.Count, ItemGradient);
        Blocks(batch.Items.Count, slot => StepOwn(batch, slot));
        StepMap(batch);
        return _buffers.Loss(count);
    }

    /// <inheritdoc/>
    public void Dispose() => _buffers.Dispose();

    void Blocks(int count, Action<int> each) => Parallel.For(0, (count + BlockRows - 1) / BlockRows, work, block =>
    {
        for (var at = block * BlockRows; at < Math.Min(count, (block + 1) * BlockRows); at++)
        {
            each(at);
        }
    });

    void BlocksOfRows(int count, Action<int, int> each) => Parallel.For(0, (count + BlockRows - 1) / BlockRows, work, block =>
        each(block * BlockRows, Math.Min(BlockRows, count - (block * BlockRows))));

    /// <summary>u: the history's mean, of length one.</summary>
    void Viewer(TowerBatch batch, int pair)
    {
        var viewer = _buffers.Viewer(pair);
        viewer.Clear();
        var (start, end) = (batch.Starts[pair], batch.Starts[pair + 1]);
        for (var at = start; at < end; at++)
        {
            TensorPrimitives.Add(viewer, _buffers.Vector(batch.History[at]), viewer);
        }

        var norm = TensorPrimitives.Norm<float>(viewer);
        _buffers.Scales[pair] = norm > Floor ? 1 / norm : 0;
        TensorPrimitives.Multiply(viewer, _buffers.Scales[pair], viewer);
    }

    /// <summary>Scores become the gradient of the sampled softmax, popularity taken out of the candidates' odds.</summary>
    void Softmax(TowerBatch batch, int pair, int count)
    {
        var row = _buffers.Score(pair)[..count];
        var own = batch.Positives[pair];
        for (var other = 0; other < count; other++)
        {
            // The same item again is no negative of itself.
            row[other] = other != pair && batch.Positives[other] == own
                ? float.NegativeInfinity
                : (row[other] / options.Temperature) - logPopularity[batch.Items[batch.Positives[other]]];
        }

        var most = TensorPrimitives.Max<float>(row);
        TensorPrimitives.Subtract(row, most, row);
        var score = row[pair];
        TensorPrimitives.Exp<float>(row, row);
        var sum = TensorPrimitives.Sum<float>(row);
        _buffers.Losses[pair] = MathF.Log(sum) - score;
        TensorPrimitives.Multiply(row, 1 / sum, row);
        row[pair] -= 1;
        TensorPrimitives.Multiply(row, 1 / options.Temperature, row);
    }

    /// <summary>dL/du becomes what each item of the history gets: through the length of one and the sum.</summary>
    void ViewerGradient(int pair)
    {
        var viewer = _buffers.Viewer(pair);
        var gradient = _buffers.ViewerGradient(pair);
        TensorPrimitives.MultiplyAdd(viewer, -TensorPrimitives.Dot<float>(viewer, gradient), gradient, gradient);
        TensorPrimitives.Multiply(gradient, _buffers.Scales[pair], gradient);
    }

    void ItemGradient(int slot)
    {
        var gradient = _buffers.Gradient(slot);
        gradient.Clear();
        foreach (var use in _buffers.UsesOf(slot))
        {
            TensorPrimitives.Add(gradient, use >= 0 ? _buffers.ViewerGradient(use) : _buffers.PositiveGradient(~use), gradient);
        }
    }

    void StepOwn(TowerBatch batch, int slot)
    {
        if (batch.HasOwn[slot])
        {
            var at = batch.Items[slot] * dims;
            var own = tower.Own.AsSpan(at, dims);
            TensorPrimitives.Multiply(own, 1 - (options.Rate * options.Decay), own);
            Step(own, tower.OwnSquares.AsSpan(at, dims), _buffers.Gradient(slot));
        }
    }

    /// <summary>A thread takes some features, all items: sums have one order.</summary>
    void StepMap(TowerBatch batch) => Parallel.For(0, (tower.Features + BlockRows - 1) / BlockRows, work, block =>
    {
        var (first, end) = (block * BlockRows, Math.Min(tower.Features, (block + 1) * BlockRows));
        var sums = new float[(end - first) * dims];
        var isUsed = new bool[end - first];
        for (var slot = 0; slot < batch.Items.Count; slot++)
        {
            var places = tower.PlacesOf(batch.Items[slot]);
            var values = tower.ValuesOf(batch.Items[slot]);
            for (var i = 0; i < places.Length; i++)
            {
                if (places[i] >= first && places[i] < end)
                {
                    var sum = sums.AsSpan((places[i] - first) * dims, dims);
                    TensorPrimitives.MultiplyAdd(_buffers.Gradient(slot), values[i], sum, sum);
                    isUsed[places[i] - first] = true;
                }
            }
        }

        for (var feature = first; feature < end; feature++)
        {
            if (isUsed[feature - first])
            {
                Step(tower.Map.AsSpan(feature * dims, dims), tower.MapSquares.AsSpan(feature * dims, dims), sums.AsSpan((feature - first) * dims, dims));
            }
        }
    });

    /// <summary>AdaGrad. A gradient that is not finite changes nothing.</summary>
    void Step(Span<float> values, Span<float> squares, Span<float> gradient)
    {
        if (!float.IsFinite(TensorPrimitives.SumOfSquares<float>(gradient)))
        {
            return;
        }

        for (var d = 0; d < values.Length; d++)
        {
            squares[d] += gradient[d] * gradient[d];
            values[d] -= options.Rate * gradient[d] / MathF.Sqrt(squares[d] + Floor);
        }
    }
}
