using System.Numerics.Tensors;
using Recs.Matching.Contexts;
using Recs.Matching.Numerics;
using Recs.Offline.Clustering;
using Recs.Offline.Joins;
using Recs.Offline.Towers;

namespace Recs.Offline.Embeddings;

/// <summary>Makes the space of item vectors: from content alone, or from feedback with content filling the gaps.</summary>
public static class ItemSpaces
{
    /// <summary>λ at which the fold-in is the average of what a viewer liked: far above any Σ c·vvᵀ of a history.</summary>
    public const float AverageRidge = 1e6f;

    /// <summary>
    /// Length of the random part of a start from content: few features span few dimensions, and ALS cannot leave the
    /// span it starts in.
    /// </summary>
    const float StartNoise = 0.5f;

    /// <summary>The space of a catalogue without feedback.</summary>
    /// <param name="content">Features.</param>
    /// <param name="map">From features to vectors.</param>
    /// <param name="options">α and steps of the fold-in.</param>
    /// <param name="seed">Draws vectors of items of which nothing is known.</param>
    public static ItemSpace FromContent(ItemContent content, ContentMap map, AlsOptions options, ulong seed)
    {
        var vectors = new float[content.Items.Count * map.Dims];
        var sources = new VectorSource[content.Items.Count];
        sources.AsSpan().Fill(VectorSource.Content);
        Fill(content, map, vectors, sources, new Spread(new float[map.Dims], 1), seed);
        var foldIn = new FoldInOptions { Alpha = options.Alpha, Ridge = AverageRidge, Steps = options.Steps };
        return new(map.Dims, vectors, sources, new float[map.Dims * map.Dims], map, foldIn);
    }

    /// <summary>The space that feedback makes.</summary>
    /// <param name="content">Features.</param>
    /// <param name="pairs">Rewarded pairs by viewer, at least one.</param>
    /// <param name="start">Where the items' vectors begin; not written to.</param>
    /// <param name="startsFromHistory">Whether that start came from feedback itself.</param>
    /// <param name="options">Settings of ALS.</param>
    /// <param name="contentRidge">λ of the content regression.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <param name="afterEpoch">Called with the number of epochs done.</param>
    public static ItemSpace FromHistory(
        ItemContent content, PairMatrix pairs, ItemSpace start, bool startsFromHistory, AlsOptions options,
        double contentRidge, ulong seed, ParallelOptions work, Action<int> afterEpoch)
    {
        var dims = start.Dims;
        var byItem = pairs.Transpose();
        var factors = new AlsFactors(dims, new float[pairs.Rows * dims], start.Vectors.AsSpan().ToArray());
        if (!startsFromHistory)
        {
            AddNoise(factors.Items, dims, seed);
        }

        ImplicitAls.Train(pairs, byItem, factors, options, work, afterEpoch);
        var loss = AlsQuality.Loss(pairs, factors, options, work);
        var auc = AlsQuality.Auc(pairs, factors, seed);

        var counts = new int[pairs.Width];
        var sources = new VectorSource[pairs.Width];
        for (var item = 0; item < counts.Length; item++)
        {
            counts[item] = byItem.ColumnsOf(item).Length;
            sources[item] = counts[item] > 0 ? VectorSource.History : VectorSource.Content;
        }

        var vectors = factors.Items;
        var scale = ScaleToMeanOne(vectors, dims, sources);
        var map = new ContentMap(
            content.Buckets, content.Embedding, dims, ContentRegression.Fit(content, vectors, dims, counts, contentRidge));
        var gram = Gram.Of(vectors, dims, null, work);
        Fill(content, map, vectors, sources, Spread.Of(vectors, dims, sources), seed);
        var foldIn = new FoldInOptions
        {
            Alpha = options.Alpha,
            Ridge = Math.Clamp(options.Ridge * scale * scale, 1e-6f, AverageRidge),
            Steps = options.Steps,
        };
        return new(dims, vectors, sources, gram, map, foldIn) { Loss = loss, Auc = auc };
    }

    /// <summary>The space that two towers make.</summary>
    /// <param name="content">Features.</param>
    /// <param name="pairs">Rewarded pairs by viewer, at least one.</param>
    /// <param name="start">Where the items' vectors and the map begin; not written to.</param>
    /// <param name="startsFromHistory">Whether that start came from feedback itself.</param>
    /// <param name="options">Settings of the towers.</param>
    /// <param name="alpha">α of the fold-in.</param>
    /// <param name="steps">Steps of the fold-in.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <param name="afterEpoch">Called with the number of epochs done.</param>
    /// <remarks>Viewers are the mean of what they liked, here and when a silo folds them in.</remarks>
    public static ItemSpace FromTowers(
        ItemContent content, PairMatrix pairs, ItemSpace start, bool startsFromHistory, TowerOptions options, float alpha, int steps,
        ulong seed, ParallelOptions work, Action<int> afterEpoch)
    {
        var dims = start.Dims;
        var (vectors, learned, losses) = TwoTower.Train(
            content, pairs, start.Map, startsFromHistory ? start.Vectors : null, options, seed, work, afterEpoch);
        var byItem = pairs.Transpose();
        var sources = new VectorSource[pairs.Width];
        for (var item = 0; item < sources.Length; item++)
        {
            sources[item] = byItem.ColumnsOf(item).IsEmpty ? VectorSource.Content : VectorSource.History;
        }

        var scale = ScaleToMeanOne(vectors, dims, sources);
        var weights = learned.Weights.ToArray();
        TensorPrimitives.Multiply(weights, scale, weights);
        var map = new ContentMap(content.Buckets, content.Embedding, dims, weights);
        Fill(content, map, vectors, sources, Spread.Of(vectors, dims, sources), seed);
        var gram = Gram.Of(vectors, dims, null, work);
        return new(dims, vectors, sources, gram, map, new() { Alpha = alpha, Ridge = AverageRidge, Steps = steps }) { Loss = losses[^1] };
    }

    /// <summary>Gives every item without history the vector of its content, or a drawn one.</summary>
    static void Fill(
        ItemContent content, ContentMap map, float[] vectors, VectorSource[] sources, Spread spread, ulong seed)
    {
        var features = new float[content.Features];
        for (var item = 0; item < sources.Length; item++)
        {
            var vector = vectors.AsSpan(item * map.Dims, map.Dims);
            if (sources[item] != VectorSource.History
                && !(content.Encode(item, features) && map.Apply(features, vector)))
            {
                // The row, not the place in this catalogue: the same item is drawn the same in every training.
                spread.Draw(vector, new Rng(seed ^ ((ulong)content.Items[item].Row << 20)));
                sources[item] = VectorSource.Drawn;
            }
        }
    }

    static void AddNoise(float[] vectors, int dims, ulong seed)
    {
        var rng = new Rng(~seed);
        var noise = new float[dims];
        for (var at = 0; at < vectors.Length; at += dims)
        {
            Seeding.DrawDirection(noise, ref rng);
            var vector = vectors.AsSpan(at, dims);
            TensorPrimitives.MultiplyAdd(noise, StartNoise, vector, vector);
        }
    }

    /// <summary>Scales all vectors so that those from history have length 1 in the mean, like those from content.</summary>
    /// <returns>The factor.</returns>
    static float ScaleToMeanOne(float[] vectors, int dims, VectorSource[] sources)
    {
        var sum = 0.0;
        var count = 0;
        for (var item = 0; item < sources.Length; item++)
        {
            if (sources[item] == VectorSource.History)
            {
                sum += TensorPrimitives.Norm<float>(vectors.AsSpan(item * dims, dims));
                count++;
            }
        }

        var scale = sum > 0 ? (float)(count / sum) : 1;
        TensorPrimitives.Multiply(vectors, scale, vectors);
        return scale;
    }
}
