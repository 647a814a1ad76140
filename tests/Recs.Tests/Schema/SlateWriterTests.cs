using System.Text.Json;

using CsCheck;

using Recs.Schema.Http;

using Xunit;

namespace Recs.Tests.Schema;

public sealed class SlateWriterTests
{
    static readonly Gen<float> AnyScore =
        Gen.OneOf(Gen.Float[-2, 2], Gen.Float[-1e9f, 1e9f], Gen.Const(0f), Gen.Const(1f), Gen.Const(-0f));

    static readonly Gen<(string Id, float Score, float Mean, float Propensity)> AnyItem =
        Gen.Select(Gen.String[1, 128], AnyScore, AnyScore, Gen.OneOf(Gen.Const(1f), Gen.Float[1e-12f, 1]));

    [Fact]
    public void Reads_back_as_what_was_decided() =>
        Gen.Select(AnyItem.Array[0, 100], Gen.Long[0, long.MaxValue]).Sample((items, graph) =>
        {
            var read = Read(graph, items);
            Assert.Equal(("token-_9", "hier-ucb", graph.ToString(System.Globalization.CultureInfo.InvariantCulture)), (read.DecisionId, read.Policy, read.Graph));
            Assert.Equal(items.Length, read.Items.Count);
            for (var at = 0; at < items.Length; at++)
            {
                var (id, score, mean, propensity) = items[at];
                var item = read.Items[at];
                Assert.Equal((Wellformed(id), at, "popular"), (item.Id, item.Position, item.Source));
                Assert.Equal(score, item.Score, Math.Max(6e-8, Math.Abs(score) * 1e-6));
                Assert.Equal(mean, item.Mean, Math.Max(6e-8, Math.Abs(mean) * 1e-6));
                Assert.Equal(propensity, item.Propensity);
            }
        });

    [Fact]
    public void Score_is_mean_plus_bonus_in_what_is_written()
    {
        using var document = JsonDocument.Parse(Write(1, [("a", 0.10000004f, 0.0333333f, 0.5f)]));
        var item = document.RootElement.GetProperty("items")[0];
        Assert.Equal(
            item.GetProperty("score").GetDecimal(),
            item.GetProperty("mean").GetDecimal() + item.GetProperty("bonus").GetDecimal());
    }

    [Fact]
    public void What_JSON_cannot_hold_is_bounded()
    {
        var read = Read(1, [("a", float.PositiveInfinity, float.NaN, 1), ("b", float.NegativeInfinity, 0, 1)]);
        Assert.Equal([1e9f, -1e9f], read.Items.Select(item => item.Score));
        Assert.Equal(0, read.Items[0].Mean);
    }

    static RecommendResponse Read(long graph, (string, float, float, float)[] items) =>
        JsonSerializer.Deserialize(Write(graph, items), RecsJson.Default.RecommendResponse)!;

    static byte[] Write(long graph, (string Id, float Score, float Mean, float Propensity)[] items)
    {
        var ids = items.Select(item => SlateWriter.Escape(Wellformed(item.Id))).ToArray();
        var buffer = new byte[SlateWriter.BytesMax(ids.Sum(id => id.Length), items.Length, 16)];
        var writer = new SlateWriter(buffer);
        writer.Begin("token-_9", "hier-ucb", graph);
        for (var at = 0; at < items.Length; at++)
        {
            writer.Item(ids[at], items[at].Score, items[at].Mean, items[at].Propensity, "popular"u8);
        }

        writer.End();
        return buffer[..writer.Length];
    }

    static string Wellformed(string text) => new([.. text.Select(letter => char.IsSurrogate(letter) ? '?' : letter)]);
}
