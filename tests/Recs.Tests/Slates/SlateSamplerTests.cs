using CsCheck;
using Recs.Matching.Bandits;
using Recs.Matching.Numerics;
using Recs.Matching.Slates;
using Xunit;

namespace Recs.Tests.Slates;

public sealed class SlateSamplerTests
{
    static readonly float[] Special = [0, 0.5f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];

    static readonly Gen<float> AnyScore = Gen.OneOf(
        Gen.Single[-1, 1], Gen.Int[0, Special.Length - 1].Select(i => Special[i]));

    static readonly Gen<Candidate[]> AnyCandidates = Gen.Select(AnyScore, Gen.Single[0, 1], Gen.Single[0, 1]).Array[0, 300]
        .Select(all => all.Select((one, item) => Draws.Item(item, one.Item1, one.Item2, one.Item3)).ToArray());

    [Fact]
    public void A_slate_is_distinct_full_and_every_propensity_is_a_probability() =>
        Gen.Select(AnyCandidates, Gen.Int[0, 40], Gen.Enum<PolicyKind>(), Gen.Int[1, 30], Gen.Single[0, 1], Gen.ULong)
            .Sample((candidates, count, kind, k, floor, seed) =>
            {
                var slate = new SlateItem[count];
                var rng = new Rng(seed);
                var policy = new SlatePolicy { Kind = kind, TopK = k, PoolSize = k, Floor = floor };
                var filled = SlateSampler.Draw(candidates.ToArray(), policy, slate, ref rng);
                Assert.Equal(Math.Min(count, candidates.Length), filled);
                var items = slate[..filled].Select(slot => slot.Candidate.Item).ToArray();
                Assert.Equal(filled, items.Distinct().Count());
                Assert.All(items, item => Assert.InRange(item, 0, candidates.Length - 1));
                Assert.All(slate[..filled], slot => Assert.InRange(slot.Propensity, double.Epsilon, 1));
            });

    [Fact]
    public void Top_1_is_a_full_sort() =>
        Gen.Select(Gen.Single[-1, 1].Array[1, 500], Gen.Int[1, 30], Gen.ULong).Sample((scores, count, seed) =>
        {
            var candidates = scores.Select((score, item) => Draws.Item(item, score)).ToArray();
            var slate = new SlateItem[count];
            var rng = new Rng(seed);
            var filled = SlateSampler.Draw(candidates, Draws.TopK(1), slate, ref rng);
            Assert.Equal(
                scores.OrderDescending().Take(count), slate[..filled].Select(slot => slot.Candidate.Score));
        });

    [Fact]
    public void The_same_seed_draws_the_same_slate()
    {
        var candidates = Enumerable.Range(0, 500).Select(i => Draws.Item(i, 0, i % 7 * 0.1f, 0.3f)).ToArray();
        var first = Draw(candidates);
        Assert.Equal(first, Draw(candidates));

        static SlateItem[] Draw(Candidate[] candidates)
        {
            var slate = new SlateItem[20];
            var rng = new Rng(42);
            SlateSampler.Draw(candidates.ToArray(), SlatePolicy.Of(PolicyKind.HierTs), slate, ref rng);
            return slate;
        }
    }

    [Theory]
    [InlineData(PolicyKind.HierUcb)]
    [InlineData(PolicyKind.HierTs)]
    [InlineData(PolicyKind.Uniform)]
    [InlineData(PolicyKind.NeuFastCb)]
    [InlineData(PolicyKind.CappedIgw)]
    public void A_warm_draw_allocates_nothing(PolicyKind kind)
    {
        var candidates = Enumerable.Range(0, 2000).Select(i => Draws.Item(i, i * 37 % 101, i % 7 * 0.1f, 0.3f)).ToArray();
        var work = new Candidate[candidates.Length];
        var slate = new SlateItem[20];
        var policy = SlatePolicy.Of(kind);
        var rng = new Rng(42);
        var before = 0L;
        for (var round = 0; round < 3; round++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            candidates.CopyTo(work, 0);
            SlateSampler.Draw(work, policy, slate, ref rng);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
