using System.Numerics.Tensors;
using Recs.Matching.Contexts;
using Recs.Matching.Numerics;
using Recs.Offline.Embeddings;

namespace Recs.Offline.Towers;

/// <summary>
/// The item tower: v = Aᵀx + e, x the content features and e the item's own vector. It is linear in the content so that a silo
/// places a new item exactly as training would, by the model's content map.
/// </summary>
sealed class ItemTower
{
    const float NoiseDeviation = 0.01f;

    readonly int _dims;
    readonly int[] _starts;
    readonly int[] _places;
    readonly float[] _values;

    /// <summary>A tower that starts from a map and, where there are any, from vectors.</summary>
    /// <param name="content">Features of the items.</param>
    /// <param name="map">A.</param>
    /// <param name="vectors">Where items stand, shape [n x D]; null puts each where its content does, with a little noise.</param>
    /// <param name="seed">Seed of the noise.</param>
    public ItemTower(ItemContent content, ContentMap map, float[]? vectors, ulong seed)
    {
        _dims = map.Dims;
        Map = map.Weights.ToArray();
        MapSquares = new float[Map.Length];
        (_starts, _places, _values) = Sparse(content);
        Own = new float[content.Items.Count * _dims];
        OwnSquares = new float[Own.Length];
        var rng = new Rng(seed);
        var placed = new float[_dims];
        for (var item = 0; item < content.Items.Count; item++)
        {
            var own = Own.AsSpan(item * _dims, _dims);
            if (vectors is null)
            {
                foreach (ref var value in own)
                {
                    value = NoiseDeviation * (float)rng.NextGaussian();
                }

                continue;
            }

            Encode(item, hasOwn: false, placed);
            TensorPrimitives.Subtract(vectors.AsSpan(item * _dims, _dims), placed, own);
        }
    }

    /// <summary>A, shape [features x D].</summary>
    public float[] Map { get; }

    /// <summary>AdaGrad's sums of A.</summary>
    public float[] MapSquares { get; }

    /// <summary>e of every item, shape [n x D].</summary>
    public float[] Own { get; }

    /// <summary>AdaGrad's sums of e.</summary>
    public float[] OwnSquares { get; }

    /// <summary>Number of features.</summary>
    public int Features => Map.Length / _dims;

    /// <summary>Features of an item that are not 0, ascending.</summary>
    public ReadOnlySpan<int> PlacesOf(int item) => _places.AsSpan(_starts[item].._starts[item + 1]);

    /// <summary>Their values.</summary>
    public ReadOnlySpan<float> ValuesOf(int item) => _values.AsSpan(_starts[item].._starts[item + 1]);

    /// <summary>v of an item.</summary>
    /// <param name="item">Index.</param>
    /// <param name="hasOwn">Whether e takes part.</param>
    /// <param name="vector">Receives shape [D].</param>
    public void Encode(int item, bool hasOwn, Span<float> vector)
    {
        if (hasOwn)
        {
            Own.AsSpan(item * _dims, _dims).CopyTo(vector);
        }
        else
        {
            vector.Clear();
        }

        var places = PlacesOf(item);
        var values = ValuesOf(item);
        for (var i = 0; i < places.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(Map.AsSpan(places[i] * _dims, _dims), values[i], vector, vector);
        }
    }

    static (int[] Starts, int[] Places, float[] Values) Sparse(ItemContent content)
    {
        var starts = new int[content.Items.Count + 1];
        var places = new List<int>();
        var values = new List<float>();
        var features = new float[content.Features];
        for (var item = 0; item < content.Items.Count; item++)
        {
            _ = content.Encode(item, features);
            for (var i = 0; i < features.Length; i++)
            {
                if (features[i] != 0)
                {
                    places.Add(i);
                    values.Add(features[i]);
                }
            }

            starts[item + 1] = places.Count;
        }

        return (starts, [.. places], [.. values]);
    }
}
