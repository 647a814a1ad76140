using CsCheck;
using Recs.Offline.Clustering;
using Recs.Offline.Graphs;
using Xunit;

namespace Recs.Tests.Offline;

/// <summary>The search for the best targets, against sorting everything.</summary>
public sealed class TopInnerTests
{
    // Small whole numbers make products exact, so that ties are ties.
    static readonly Gen<(float[] Queries, float[] Targets, int Dims, int Count)> Cases =
        from dims in Gen.Int[1, 6]
        from queries in Gen.Int[-3, 3].Array[dims * 13]
        from targets in Gen.Int[1, 1100].SelectMany(count => Gen.Int[-3, 3].Array[dims * count])
        from count in Gen.Int[1, 30]
        select (Floats(queries), Floats(targets), dims, count);

    [Fact]
    public void Finds_what_a_full_sort_finds() => Cases.Sample((queries, targets, dims, count) =>
    {
        var found = TopInner.Find(queries, new Panels(targets, dims), count, new ParallelOptions());
        var total = targets.Length / dims;
        for (var query = 0; query < queries.Length / dims; query++)
        {
            var expected = Enumerable.Range(0, total)
                .Select(target => new ScoredTarget(target, Dot(queries, query, targets, target, dims)))
                .OrderByDescending(scored => scored.Product).ThenBy(scored => scored.Target).Take(count);
            Assert.Equal(expected, found[query]);
        }
    }, iter: 50);

    static float[] Floats(int[] values) => Array.ConvertAll(values, value => (float)value);

    static float Dot(float[] queries, int query, float[] targets, int target, int dims)
    {
        var sum = 0f;
        for (var d = 0; d < dims; d++)
        {
            sum += queries[(query * dims) + d] * targets[(target * dims) + d];
        }

        return sum;
    }
}
