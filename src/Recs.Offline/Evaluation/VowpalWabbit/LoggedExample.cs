using System.Globalization;

namespace Recs.Offline.Evaluation.VowpalWabbit;

/// <summary>One line of Vowpal Wabbit's contextual-bandit format, without namespaces: <c>[chosen ]action:cost:probability | word word …</c>.</summary>
/// <param name="Chosen">What the evaluated policy would do, from 1; 0 where the line does not say.</param>
/// <param name="Action">What was done, from 1.</param>
/// <param name="Cost">What it cost.</param>
/// <param name="Probability">With which probability, in (0, 1].</param>
/// <param name="Features">Hashes of the words and sequences, each with the value 1; the constant is always there, as the last.</param>
public sealed record LoggedExample(int Chosen, int Action, float Cost, float Probability, uint[] Features)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Bits and sequences.</param>
    /// <returns>The examples and the number of actions.</returns>
    /// <exception cref="EvaluationException">A line is malformed; the message names it.</exception>
    public static (IReadOnlyList<LoggedExample> Examples, int Actions) Read(string path, VowpalOptions options)
    {
        if (!File.Exists(path))
        {
            throw new EvaluationException($"{path}: no such file");
        }

        var examples = new List<LoggedExample>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length > 0)
            {
                if (Unread(line) is { } unread)
                {
                    throw new EvaluationException($"{path}:{number}: {unread}");
                }

                examples.Add(Parse(line, options) ?? throw new EvaluationException(
                    $"{path}:{number}: expected '[chosen ]action:cost:probability | words'"));
            }
        }

        return examples.Count == 0
            ? throw new EvaluationException($"{path}: no examples")
            : (examples, examples.Max(example => Math.Max(example.Action, example.Chosen)));
    }

    /// <summary>What a line says that is not read, so that it would be evaluated as another line; null when there is nothing.</summary>
    static string? Unread(string line)
    {
        var bar = line.IndexOf('|', StringComparison.Ordinal);
        if (bar < 0)
        {
            return null;
        }

        var rest = line[(bar + 1)..];
        if (rest.Contains('|', StringComparison.Ordinal))
        {
            return "more than one namespace; words have to stand behind a single '| '";
        }

        if (rest.Length > 0 && rest[0] != ' ')
        {
            return $"the namespace '{rest.Split(' ')[0]}' is not read; words have to stand behind '| '";
        }

        var (name, value) = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ValueOf)
            .FirstOrDefault(word => word.Value is not (0 or 1));
        return name is null ? null : string.Create(
            CultureInfo.InvariantCulture, $"'{name}' has a value other than 0 and 1 ({value}), which is not read");
    }

    /// <summary>A word and its value; NaN where what stands behind the colon is no number.</summary>
    static (string Name, float Value) ValueOf(string word)
    {
        var colon = word.LastIndexOf(':');
        return colon < 0 ? (word, 1)
            : (word[..colon], float.TryParse(word.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : float.NaN);
    }

    static LoggedExample? Parse(string line, VowpalOptions options)
    {
        var bar = line.IndexOf('|', StringComparison.Ordinal);
        var label = bar < 0 ? [] : line[..bar].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var parts = label.Length is 1 or 2 ? label[^1].Split(':') : [];
        var chosen = 0;
        if (parts.Length != 3
            || (label.Length == 2 && !int.TryParse(label[0], NumberStyles.None, CultureInfo.InvariantCulture, out chosen))
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var action) || action < 1
            || !float.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var cost) || !float.IsFinite(cost)
            || !float.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var probability)
            || probability is not (> 0 and <= 1))
        {
            return null;
        }

        // A word of value 1 is the word; one of value 0 is no feature at all.
        var words = line[(bar + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(ValueOf).Where(word => word.Value != 0).Select(word => word.Name);
        var mask = (1u << options.Bits) - 1;
        var features = WordSequences.Of([.. words.Select(word => FeatureHash.Of(word) & mask)], options.Ngram, options.Skips);
        return new(chosen, action, cost, probability, [.. features, FeatureHash.Constant]);
    }
}
