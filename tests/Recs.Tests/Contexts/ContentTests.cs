using Recs.Matching.Contexts;
using Xunit;

namespace Recs.Tests.Contexts;

public sealed class ContentTests
{
    const int Buckets = 256;

    [Fact]
    public void Features_never_change_their_buckets()
    {
        // Written down once: stored models depend on these numbers.
        var features = new float[256];
        Assert.True(ContentFeatures.Encode(
            new() { Categories = ["music"], Creator = "ada", Attributes = Pairs(("language", "en")) }, 256, features));
        Assert.Equal("145:-1 160:1 161:1", string.Join(' ', features.Index().Where(part => part.Item != 0).Select(part => $"{part.Index}:{MathF.Sign(part.Item)}")));
    }

    [Fact]
    public void Field_name_and_value_are_told_apart()
    {
        var category = Encode(new() { Categories = ["ada"] });
        var creator = Encode(new() { Creator = "ada" });
        var key = Encode(new() { Attributes = Pairs(("ab", "c")) });
        var value = Encode(new() { Attributes = Pairs(("a", "bc")) });
        Assert.NotEqual(category, creator);
        Assert.NotEqual(key, value);
    }

    [Fact]
    public void Both_parts_have_length_one()
    {
        var features = new float[Buckets + 3];
        Assert.True(ContentFeatures.Encode(
            new() { Categories = ["music", "live"], Embedding = new float[] { 3, 0, 4 } }, Buckets, features));
        Assert.Equal(1, features[..Buckets].Sum(part => part * part), 1e-5f);
        Assert.Equal([0.6f, 0, 0.8f], features[Buckets..], (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Nothing_known_is_no_vector()
    {
        var map = ContentMap.Seeded(Buckets, 4, 8, 1);
        var features = new float[map.Features];
        var vector = new float[8];
        Assert.False(ContentFeatures.Encode(new() { Embedding = new float[4] }, Buckets, features));
        Assert.False(map.Apply(features, vector));
        Assert.All(vector, part => Assert.Equal(0, part));
    }

    [Fact]
    public void Shared_content_makes_items_similar()
    {
        var map = ContentMap.Seeded(1024, 0, 64, 1);
        var jazz = Vector(map, new() { Categories = ["music", "jazz"], Creator = "ada" });
        var blues = Vector(map, new() { Categories = ["music", "blues"], Creator = "ada" });
        var sport = Vector(map, new() { Categories = ["sport"], Creator = "bob" });
        Assert.Equal(1, Dot(jazz, jazz), 1e-5);
        Assert.InRange(Dot(jazz, blues), 0.4, 0.9);
        Assert.InRange(Dot(jazz, sport), -0.35, 0.35);
    }

    [Fact]
    public void A_short_embedding_is_kept_as_it_is()
    {
        var map = ContentMap.Seeded(0, 3, 8, 1);
        Assert.Equal([0.6f, 0, 0.8f, 0, 0, 0, 0, 0], Vector(map, new() { Embedding = new float[] { 3, 0, 4 } }), (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void A_long_embedding_is_projected_on_orthonormal_directions()
    {
        var map = ContentMap.Seeded(0, 96, 16, 1);
        for (var a = 0; a < 16; a++)
        {
            for (var b = 0; b < 16; b++)
            {
                var product = Enumerable.Range(0, 96).Sum(e => (double)map.Weights[(e * 16) + a] * map.Weights[(e * 16) + b]);
                Assert.Equal(a == b ? 1 : 0, product, 1e-4);
            }
        }
    }

    [Fact]
    public void A_seed_is_a_map()
    {
        Assert.Equal(ContentMap.Seeded(32, 96, 16, 7).Weights, ContentMap.Seeded(32, 96, 16, 7).Weights);
        Assert.NotEqual(ContentMap.Seeded(32, 0, 16, 7).Weights.ToArray(), ContentMap.Seeded(32, 0, 16, 8).Weights.ToArray());
    }

    [Fact]
    public void A_map_of_another_shape_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ContentMap(2, 3, 4, new float[19]));

    [Fact]
    public void Numbers_too_large_to_square_still_have_a_direction()
    {
        float[] vector = [3e30f, 0, -4e30f];
        Assert.True(UnitVector.Normalise(vector));
        Assert.Equal([0.6f, 0, -0.8f], vector, (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.False(UnitVector.Normalise([1, float.NaN]));
        Assert.False(UnitVector.Normalise([1, float.PositiveInfinity]));
        Assert.False(UnitVector.Normalise([]));
    }

    static KeyValuePair<string, string>[] Pairs(params (string Key, string Value)[] pairs) =>
        [.. pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))];

    static float[] Encode(Content content)
    {
        var features = new float[Buckets];
        ContentFeatures.Encode(content, Buckets, features);
        return features;
    }

    static float[] Vector(ContentMap map, Content content)
    {
        var features = new float[map.Features];
        var vector = new float[map.Dims];
        ContentFeatures.Encode(content, map.Buckets, features);
        Assert.True(map.Apply(features, vector));
        return vector;
    }

    static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
