using System.Globalization;

namespace Recs.Offline.Evaluation;

/// <summary>The seeds <paramref name="First"/> … <paramref name="Last"/>, both included.</summary>
public readonly record struct SeedRange(int First, int Last)
{
    /// <summary>Most seeds one run may have.</summary>
    public const int CountMax = 10_000;

    /// <summary>Number of seeds.</summary>
    public int Count => Last - First + 1;

    /// <summary>Reads <c>A-B</c>, or a single number by <paramref name="alone"/>.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="option">The option it was written for, for the message.</param>
    /// <param name="alone">What a single number N means: given N, the range.</param>
    /// <exception cref="EvaluationException">It is neither, or the range is empty or too long.</exception>
    public static SeedRange Parse(string text, string option, Func<int, SeedRange> alone)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        SeedRange? range = null;
        if (dash < 0 && Number(text) is { } one)
        {
            range = alone(one);
        }
        else if (dash > 0 && Number(text[..dash]) is { } first && Number(text[(dash + 1)..]) is { } last)
        {
            range = new(first, last);
        }

        return range is { Count: > 0 and <= CountMax } valid
            ? valid
            : throw new EvaluationException($"{option}: '{text}' is not a range of at most {CountMax} seeds such as 1-40");
    }

    static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value < 1_000_000_000 ? value : null;
}
