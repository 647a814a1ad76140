using System.Runtime.CompilerServices;
using Recs.Matching.Numerics;

namespace Recs.Neural.Combinatorial;

/// <summary>
/// The full Z without its p × p inverse: with G the n gradients played so far,
/// gᵀ Z⁻¹ g = (gᵀg − ‖L⁻¹ G g‖²) / λ, where L Lᵀ = λI + G Gᵀ is a Cholesky factor that grows by K rows a round.
/// </summary>
/// <remarks>
/// Exact, by the Woodbury identity (Rasmussen and Williams, Gaussian Processes for Machine Learning, A.3). The inner products
/// cost O(m + d) because a gradient of the first layer is an outer product, and the new rows of L are the solutions of the
/// played arms. A round costs O(N·n²), less than <see cref="WoodburyCovariance"/> while n is below about p; memory 2n² bytes.
/// </remarks>
public sealed class GramCovariance : IGradientCovariance
{
    const int BlockRows = 64;
    const int InnerBlock = 256;
    const int BlockNumbers = BlockRows * BlockRows;

    readonly NativePages _factor;
    readonly Matrix _inputs;
    readonly Matrix _gates;
    readonly Matrix _hidden;
    readonly Matrix _solution;
    readonly Matrix _products;
    readonly Matrix _panel;
    readonly float _ridge;
    readonly int _capacity;
    ArmGradients? _gradients;
    int _count;

    /// <summary>An empty history.</summary>
    /// <param name="dimensions">Features d of an arm.</param>
    /// <param name="width">Hidden units m.</param>
    /// <param name="arms">Arms N of a round.</param>
    /// <param name="capacity">Most gradients that are added.</param>
    /// <param name="ridge">λ, above 0.</param>
    public GramCovariance(int dimensions, int width, int arms, int capacity, float ridge)
    {
        _ridge = ridge;
        _capacity = (capacity + BlockRows - 1) / BlockRows * BlockRows;
        _inputs = new(_capacity, dimensions);
        _gates = new(_capacity, width);
        _hidden = new(_capacity, width);
        _solution = new(_capacity, arms);
        _products = new(BlockRows, arms);
        _panel = new(Math.Max(dimensions, width), arms);
        var blocks = (nuint)(_capacity / BlockRows);
        _factor = new(blocks * (blocks + 1) / 2 * BlockNumbers * sizeof(float));
    }

    /// <inheritdoc/>
    public void Measure(ArmGradients gradients, Span<float> widths)
    {
        _gradients = gradients;
        WriteProducts(gradients);
        for (var block = 0; block * BlockRows < _count; block++)
        {
            Solve(block);
        }

        Span<double> known = stackalloc double[gradients.Arms];
        for (var row = 0; row < _count; row++)
        {
            var solution = _solution.Row(row);
            for (var arm = 0; arm < known.Length; arm++)
            {
                known[arm] += (double)solution[arm] * solution[arm];
            }
        }

        for (var arm = 0; arm < known.Length; arm++)
        {
            widths[arm] = (float)(Math.Max(0, Inner(gradients, arm, arm) - known[arm]) / _ridge);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Nothing was measured, or the history is full.</exception>
    public void Add(ReadOnlySpan<int> played)
    {
        if (_gradients is not { } gradients || _count + played.Length > _capacity)
        {
            throw new InvalidOperationException("Nothing was measured, or the history is full.");
        }

        foreach (var arm in played)
        {
            gradients.Inputs.Row(arm).CopyTo(_inputs.Row(_count));
            gradients.Gates.Row(arm).CopyTo(_gates.Row(_count));
            gradients.Hidden.Row(arm).CopyTo(_hidden.Row(_count));
            Append(gradients, arm);
            _count++;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _factor.Dispose();

    // Row of L for a played arm. Its products with earlier arms of this round extend the solution of all arms.
    void Append(ArmGradients gradients, int arm)
    {
        var row = FactorRow(_count);
        var diagonal = _ridge + Inner(gradients, arm, arm);
        for (var j = 0; j < _count; j++)
        {
            var value = _solution[j, arm];
            row[j] = value;
            diagonal -= (double)value * value;
        }

        // At least λ but for rounding.
        var pivot = Math.Sqrt(Math.Max(diagonal, 0.5 * _ridge));
        row[_count] = (float)pivot;
        Span<double> products = stackalloc double[gradients.Arms];
        for (var other = 0; other < products.Length; other++)
        {
            products[other] = Inner(gradients, arm, other);
        }

        for (var j = 0; j < _count; j++)
        {
            var solution = _solution.Row(j);
            for (var other = 0; other < products.Length; other++)
            {
                products[other] -= (double)row[j] * solution[other];
            }
        }

        for (var other = 0; other < products.Length; other++)
        {
            _solution[_count, other] = (float)(products[other] / pivot);
        }
    }

    // G g for every arm, into the solution: (gates · gates)(inputs · inputs) + hidden · hidden.
    void WriteProducts(ArmGradients gradients)
    {
        var solution = _solution.View.Part(0, _count, 0, _solution.Stride);
        Transpose(gradients.Inputs);
        MatrixProduct.Multiply(_inputs.View.Part(0, _count, 0, _inputs.Columns), Panel(_inputs.Columns), solution);
        Transpose(gradients.Gates);
        for (var from = 0; from < _count; from += BlockRows)
        {
            var rows = Math.Min(BlockRows, _count - from);
            var products = _products.View.Part(0, rows, 0, _products.Stride);
            MatrixProduct.Multiply(_gates.View.Part(from, rows, 0, _gates.Columns), Panel(_gates.Columns), products);
            for (var row = 0; row < rows; row++)
            {
                var to = solution.Row(from + row);
                var factors = products.Row(row);
                for (var arm = 0; arm < to.Length; arm++)
                {
                    to[arm] *= factors[arm];
                }
            }
        }

        Transpose(gradients.Hidden);
        MatrixProduct.Multiply(_hidden.View.Part(0, _count, 0, _hidden.Columns), Panel(_hidden.Columns), solution, keep: 1);
    }

    // Forward substitution for the rows of one block, all earlier blocks being solved.
    void Solve(int block)
    {
        var first = block * BlockRows;
        var rows = Math.Min(BlockRows, _count - first);
        var factor = FactorBlock(block);
        var to = _solution.View.Part(first, rows, 0, _solution.Stride);
        for (var from = 0; from < first; from += InnerBlock)
        {
            var inner = Math.Min(InnerBlock, first - from);
            MatrixProduct.Multiply(
                factor.Part(0, rows, from, inner), _solution.View.Part(from, inner, 0, _solution.Stride), to, scale: -1, keep: 1);
        }

        for (var row = 0; row < rows; row++)
        {
            var one = factor.Part(row, 1, first, row);
            var here = to.Part(row, 1, 0, to.Columns);
            MatrixProduct.Multiply(one, to.Part(0, row, 0, to.Columns), here, scale: -1, keep: 1);
            var pivot = 1 / Unsafe.Add(ref factor.Start, ((nint)row * factor.Stride) + first + row);
            foreach (ref var value in here.Row(0))
            {
                value *= pivot;
            }
        }
    }

    unsafe MatrixView FactorBlock(int block)
    {
        var start = (float*)_factor.Start + ((nint)block * (block + 1) / 2 * BlockNumbers);
        var columns = (block + 1) * BlockRows;
        return new(ref *start, BlockRows, columns, columns);
    }

    Span<float> FactorRow(int row) => FactorBlock(row / BlockRows).Row(row % BlockRows);

    MatrixView Panel(int rows) => _panel.View.Part(0, rows, 0, _panel.Stride);

    void Transpose(Matrix from)
    {
        for (var arm = 0; arm < from.Rows; arm++)
        {
            var row = from.Row(arm);
            for (var i = 0; i < row.Length; i++)
            {
                _panel[i, arm] = row[i];
            }
        }
    }

    static double Inner(ArmGradients gradients, int left, int right) =>
        (Inner(gradients.Gates, left, right) * Inner(gradients.Inputs, left, right)) + Inner(gradients.Hidden, left, right);

    static double Inner(Matrix matrix, int left, int right)
    {
        var sum = 0.0;
        var x = matrix.Row(left);
        var y = matrix.Row(right);
        for (var i = 0; i < x.Length; i++)
        {
            sum += (double)x[i] * y[i];
        }

        return sum;
    }
}
