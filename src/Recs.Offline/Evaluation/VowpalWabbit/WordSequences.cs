namespace Recs.Offline.Evaluation.VowpalWabbit;

/// <summary>Adds features for sequences of words, with gaps: what <c>--ngram</c> and <c>--skips</c> do.</summary>
public static class WordSequences
{
    const uint Step = 27_942_141;

    /// <summary>The words, then every sequence of two words, of three, and so on.</summary>
    /// <param name="words">Hashes of the words in their order.</param>
    /// <param name="longest">Words in the longest sequence, at least 1.</param>
    /// <param name="skips">Most words left out of a sequence.</param>
    public static List<uint> Of(uint[] words, int longest, int skips)
    {
        var features = new List<uint>(words);
        for (var length = 2; length <= longest; length++)
        {
            Add(words, features, [0], length - 1, skips, 0);
        }

        return features;
    }

    /// <summary>Goes on from the offsets chosen so far, each gap first without leaving out a further word.</summary>
    static void Add(uint[] words, List<uint> features, List<int> offsets, int left, int skips, int gap)
    {
        if (left == 0)
        {
            for (var first = 0; first + offsets[^1] < words.Length; first++)
            {
                var hash = words[first];
                foreach (var offset in offsets.Skip(1))
                {
                    hash = (hash * Step) + words[first + offset];
                }

                features.Add(hash);
            }

            return;
        }

        offsets.Add(offsets[^1] + 1 + gap);
        Add(words, features, offsets, left - 1, skips, 0);
        offsets.RemoveAt(offsets.Count - 1);
        if (skips > 0)
        {
            Add(words, features, offsets, left, skips - 1, gap + 1);
        }
    }
}
