namespace Recs.Offline.Evaluation.VowpalWabbit;

/// <summary>The options of Vowpal Wabbit that change its figures, with its defaults.</summary>
/// <param name="Bits">Logarithm of the size of the table of weights: <c>-b</c>, 10 to 28.</param>
/// <param name="Rate">Learning rate: <c>-l</c>, above 0.</param>
/// <param name="Ngram">Longest sequence of words that is a feature: <c>--ngram</c>, at least 1.</param>
/// <param name="Skips">Most words that may be left out of a sequence: <c>--skips</c>, at least 0.</param>
public sealed record VowpalOptions(int Bits = 18, float Rate = 0.5f, int Ngram = 1, int Skips = 0);
