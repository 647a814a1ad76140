using Recs.Schema.Models;

namespace Recs.Offline;

/// <summary>What a training cannot work with.</summary>
static class RetrainDoor
{
    /// <summary>What is wrong with an input, in one line; null when nothing is.</summary>
    public static string? Fault(RetrainInput input, RetrainOptions options)
    {
        if (options.Fault() is { } fault)
        {
            return fault;
        }

        if (input.Items.Count == 0)
        {
            return "there are no items to train on: the catalogue is empty";
        }

        var rows = new HashSet<int>();
        foreach (var item in input.Items)
        {
            if (item.Row < 0 || !rows.Add(item.Row))
            {
                return $"item {item.Id} has the row {item.Row}, which is negative or another item's";
            }

            if (!Array.TrueForAll(item.Embedding, float.IsFinite))
            {
                return $"the embedding of item {item.Id} is not finite";
            }
        }

        var shape = ModelShape.Of(input, options);
        long dims = shape.Dims;
        return shape.Embedding > ModelCodec.DimsMax ? $"embeddings have at most {ModelCodec.DimsMax} numbers and these have {shape.Embedding}"
            : (input.Items.Count + (long)shape.Clusters) * dims * sizeof(float) > ModelCodec.BytesMax
                ? $"{input.Items.Count} items and {shape.Clusters} clusters of {dims} numbers do not fit into one model file"
            : input.Interactions.Viewers * dims > Array.MaxLength
                ? $"{input.Interactions.Viewers} viewers of {dims} numbers do not fit into one array; train on a shorter log"
            : null;
    }
}
