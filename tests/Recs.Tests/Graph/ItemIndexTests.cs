using System.Numerics.Tensors;

using Recs.Matching.Graph;
using Recs.Matching.Numerics;

using Xunit;

namespace Recs.Tests.Graph;

public sealed class ItemIndexTests : IDisposable
{
    const int Rows = 6000;
    const int Dims = 8;
    const int Clusters = 32;

    readonly VectorTable _vectors = new(Rows + 1, Dims);
    readonly ItemTable _items = new(Rows + 1);
    readonly float[] _centroids = Unit(Clusters, 1);
    readonly ItemIndex _index;

    public ItemIndexTests()
    {
        var vectors = Unit(Rows, 2);
        for (var row = 0; row < Rows; row++)
        {
            _vectors.Write(row, vectors.AsSpan(row * Dims, Dims));
            _items.WriteState(row, new ItemState(true, long.MaxValue, row, 0));
        }

        _index = new ItemIndex(_centroids, _vectors);
    }

    public void Dispose()
    {
        _vectors.Dispose();
        _items.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3000)]
    [InlineData(5950)]
    public void With_all_lists_it_finds_exactly_the_nearest_of_the_window(int since)
    {
        Put(Enumerable.Range(0, Rows));
        var viewer = Unit(1, 3);
        Assert.Equal(Nearest(viewer, since, 20), Search(viewer, Clusters, since, 20));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    public void A_few_lists_find_most_of_the_nearest(int since)
    {
        Put(Enumerable.Range(0, Rows));
        var recall = Enumerable.Range(10, 50).Average(seed =>
        {
            var viewer = Unit(1, (ulong)seed);
            return Nearest(viewer, since, 20).Intersect(Search(viewer, 8, since, 20)).Count() / 20.0;
        });
        Assert.True(recall > 0.85, $"recall {recall:f3}");
    }

    [Fact]
    public void Items_put_one_by_one_out_of_order_and_moved_are_found_as_if_put_at_once()
    {
        for (var turn = 0; turn < 3; turn++)
        {
            Put(Enumerable.Range(0, Rows).Where(row => row % 3 == turn).OrderByDescending(row => row));
        }

        _vectors.Write(17, Unit(1, 99));
        _index.Put([(17, 5999)]);
        Assert.Equal(Rows, _index.Count);
        Assert.Equal(17, Search(Unit(1, 99), 1, 5999, 5)[0]);
        Assert.DoesNotContain(17, Search(Unit(1, 99), Clusters, 6000, 5));
        var viewer = Unit(1, 4);
        Assert.Equal(Nearest(viewer, 2000, 20), Search(viewer, Clusters, 2000, 20));
    }

    [Fact]
    public void Excluded_and_unavailable_items_are_left_out()
    {
        Put(Enumerable.Range(0, Rows));
        var viewer = Unit(1, 5);
        var best = Nearest(viewer, 0, 3);
        _items.WriteState(best[0], new ItemState(false, long.MaxValue, 0, 0));
        Span<int> rows = stackalloc int[2];
        var found = _index.Nearest(viewer, Clusters, 0, _items, new Eligibility(0, 0, [best[1]]), rows);
        Assert.Equal(2, found);
        Assert.Contains(best[2], rows.ToArray());
        Assert.DoesNotContain(best[0], rows.ToArray());
        Assert.DoesNotContain(best[1], rows.ToArray());
    }

    [Fact]
    public void Without_a_vector_the_newest_are_found()
    {
        Put(Enumerable.Range(0, Rows));
        Assert.Equal(Enumerable.Range(Rows - 10, 10), Search([], 1, 0, 10).Order());
    }

    void Put(IEnumerable<int> rows) => _index.Put(rows.Select(row => (row, (long)row)));

    int[] Search(float[] viewer, int clusters, int since, int count)
    {
        var rows = new int[count];
        var found = _index.Nearest(viewer, clusters, since, _items, new Eligibility(0, 0, []), rows);
        return [.. rows[..found].OrderByDescending(row => viewer.Length == 0 ? row : TensorPrimitives.Dot(_vectors.Row(row), viewer))];
    }

    int[] Nearest(float[] viewer, int since, int count) =>
        [.. Enumerable.Range(since, Rows - since).OrderByDescending(row => TensorPrimitives.Dot(_vectors.Row(row), viewer)).Take(count)];

    static float[] Unit(int count, ulong seed)
    {
        var rng = new Rng(seed);
        var vectors = new float[count * Dims];
        for (var at = 0; at < count; at++)
        {
            var vector = vectors.AsSpan(at * Dims, Dims);
            foreach (ref var value in vector)
            {
                value = (float)rng.NextGaussian();
            }

            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        }

        return vectors;
    }
}
