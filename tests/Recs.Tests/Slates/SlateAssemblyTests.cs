using CsCheck;
using Recs.Matching.Bandits;
using Recs.Matching.Numerics;
using Recs.Matching.Slates;
using Xunit;

namespace Recs.Tests.Slates;

public sealed class SlateAssemblyTests
{
    static readonly Gen<int[]> AnyRows = Gen.Int[0, 30].Array[0, 12].Select(rows => rows.Distinct().ToArray());

    [Fact]
    public void Later_layers_fill_what_the_bandit_cannot()
    {
        var slate = new SlateItem[6];
        var rng = new Rng(1);
        var nominations = new SlateNominations
        {
            Bandit = Layered(1, 2),
            Candidates = Layered(2, 3),
            Fresh = Layered(3, 4),
            Popular = Layered(1, 4, 5),
        };
        var filled = SlateAssembly.Fill(nominations, Draws.TopK(1), slate, ref rng);
        Assert.Equal(5, filled);
        Assert.Equal([1, 2, 3, 4, 5], slate[..5].Select(slot => slot.Candidate.Item).Order());
        Assert.Equal(
            [Layer.Bandit, Layer.Bandit, Layer.Candidates, Layer.Fresh, Layer.Popular],
            slate[..5].Select(slot => slot.Candidate.Source));
        Assert.All(slate[..5], slot => Assert.Equal(1, slot.Propensity));
    }

    [Fact]
    public void Every_eligible_item_is_used_before_a_slate_stays_short() =>
        Gen.Select(AnyRows, AnyRows, AnyRows, AnyRows, Gen.Int[0, 2].Select(i => i * 0.5f), Gen.Enum<PolicyKind>(), Gen.ULong)
            .Sample((bandit, candidates, fresh, popular, share, kind, seed) =>
            {
                var slate = new SlateItem[20];
                var rng = new Rng(seed);
                var nominations = new SlateNominations
                {
                    Bandit = Layered(bandit),
                    Candidates = Layered(candidates),
                    Fresh = Layered(fresh),
                    Popular = Layered(popular),
                };
                var filled = SlateAssembly.Fill(nominations, new() { Kind = kind, FreshShare = share }, slate, ref rng);
                var eligible = bandit.Union(candidates).Union(fresh).Union(popular).ToHashSet();
                Assert.Equal(Math.Min(20, eligible.Count), filled);
                Assert.Equal(filled, slate[..filled].Select(slot => slot.Candidate.Item).Distinct().Count());
                Assert.All(slate[..filled], slot => Assert.Contains(slot.Candidate.Item, eligible));
                Assert.All(slate[..filled], slot => Assert.InRange(slot.Propensity, double.Epsilon, 1));
            });

    /// <summary>Items 0-3 are the bandit's, 2-5 are fresh: two belong to both. Frequencies by history of earlier items.</summary>
    [Theory]
    [InlineData(PolicyKind.HierUcb)]
    [InlineData(PolicyKind.HierTs)]
    [InlineData(PolicyKind.Uniform)]
    public void A_fresh_share_enters_the_propensity_exactly(PolicyKind kind)
    {
        const int Slates = 100_000;
        var rng = new Rng(7);
        var slate = new SlateItem[4];
        var policy = new SlatePolicy { Kind = kind, TopK = 2, Width = 1, FreshShare = 0.3f, Floor = 0.05f };
        var counts = new Dictionary<string, (int Count, double Propensity)>(StringComparer.Ordinal);
        var visits = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Slates; i++)
        {
            var nominations = new SlateNominations { Bandit = Layered(0, 1, 2, 3), Fresh = Layered(2, 3, 4, 5) };
            Assert.Equal(4, SlateAssembly.Fill(nominations, policy, slate, ref rng));
            var history = "";
            foreach (var (candidate, propensity) in slate)
            {
                visits[history] = visits.GetValueOrDefault(history) + 1;
                var key = $"{history},{candidate.Item}";
                var (count, before) = counts.GetValueOrDefault(key, (0, propensity));
                Assert.Equal(before, propensity, 1e-9);
                counts[key] = (count + 1, propensity);
                history = key;
            }
        }

        foreach (var (key, (count, propensity)) in counts)
        {
            var trials = visits[key[..key.LastIndexOf(',')]];
            var limit = (5 * Math.Sqrt(trials * propensity * (1 - propensity))) + 1;
            Assert.True(Math.Abs(count - (trials * propensity)) <= limit, $"{key}: {count} of {trials}, said {propensity}");
        }
    }

    [Fact]
    public void A_fresh_item_with_edges_keeps_them()
    {
        var slate = new SlateItem[1];
        var rng = new Rng(7);
        var nominations = new SlateNominations
        {
            Bandit = new[] { Draws.Item(1, 0.5f) with { Matched = 5 } },
            Fresh = new[] { Draws.Item(1, 0.9f) with { Matched = 0 } },
        };
        Assert.Equal(1, SlateAssembly.Fill(nominations, new() { FreshShare = 1 }, slate, ref rng));
        Assert.Equal(5, slate[0].Candidate.Matched);
        Assert.Equal(Layer.Fresh, slate[0].Candidate.Source);
        Assert.Equal(1, slate[0].Propensity);
    }

    static Candidate[] Layered(params int[] rows) =>
        [.. rows.Select((row, i) => Draws.Item(row, 1 - (i * 0.1f), 0.5f - (i * 0.1f), 0.2f))];
}
