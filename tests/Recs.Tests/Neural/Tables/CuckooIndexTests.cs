using System.Numerics;

using CsCheck;

using Recs.Matching.Numerics;
using Recs.Neural.Tables;

using Xunit;

namespace Recs.Tests.Neural.Tables;

public sealed class CuckooIndexTests
{
    [Fact]
    public void Of_a_few_buckets_every_row_that_was_added_is_found_and_no_other() =>
        Gen.Select(Gen.Int[1, 5], Gen.ULong, Gen.Int[0, 80].Array[0, 400]).Sample(
            (buckets, seed, rows) =>
            {
                var (index, rng, present) = (new CuckooIndex(buckets), new Rng(seed), new HashSet<int>());
                var hashes = Enumerable.Range(0, 81).Select(_ => rng.Next()).ToArray();
                foreach (var row in rows)
                {
                    if (present.Remove(row))
                    {
                        index.Remove(hashes[row], row);
                    }
                    else if (index.TryAdd(hashes[row], row, of => hashes[of]))
                    {
                        _ = present.Add(row);
                    }

                    Assert.All(Enumerable.Range(0, 81), of => Assert.Equal(present.Contains(of), Finds(index, hashes[of], of)));
                }
            },
            iter: 300);

    [Fact]
    public void An_index_holds_all_it_should_and_far_more_and_rows_make_way_for_it()
    {
        var rng = new Rng(3);
        var index = new CuckooIndex(CuckooIndex.BucketsFor(20_000));
        Assert.InRange(index.Capacity, 20_000, 20_012);
        var hashes = Enumerable.Range(0, index.Buckets * CuckooIndex.Ways).Select(_ => rng.Next()).ToArray();
        var rows = 0;
        while (rows < hashes.Length && index.TryAdd(hashes[rows], rows, of => hashes[of]))
        {
            rows++;
        }

        Assert.True(index.Moves > 0);
        Assert.True(rows > 0.97 * hashes.Length, $"{rows} of {hashes.Length} slots were filled");
        Assert.All(Enumerable.Range(0, rows), row => Assert.True(Finds(index, hashes[row], row)));
    }

    [Fact]
    public void More_ids_of_one_hash_than_two_buckets_hold_are_refused_and_nobody_is_lost()
    {
        var index = new CuckooIndex(8);
        const ulong Hash = 0x10000000_F0000000;
        var held = Enumerable.Range(0, 30).Count(row => index.TryAdd(Hash, row, _ => Hash));
        Assert.Equal(2 * CuckooIndex.Ways, held);
        Assert.All(Enumerable.Range(0, held), row => Assert.True(Finds(index, Hash, row)));
    }

    // As a lookup does it: to the second bucket only where the first says that somebody is there.
    static unsafe bool Finds(CuckooIndex index, ulong hash, int row)
    {
        return Has(index.First(hash)) || (index.First(hash)->Spilled != 0 && Has(index.Second(hash)));

        bool Has(CuckooIndex.Bucket* bucket)
        {
            for (var ways = CuckooIndex.Matches(bucket, CuckooIndex.TagOf(hash)); ways != 0; ways &= ways - 1)
            {
                if (bucket->Rows[BitOperations.TrailingZeroCount(ways)] == row)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
