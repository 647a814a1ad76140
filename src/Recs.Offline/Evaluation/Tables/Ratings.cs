using System.Globalization;

namespace Recs.Offline.Evaluation.Tables;

/// <summary>The ratings of a file while it is read; users keep the order of their first row.</summary>
sealed class Ratings
{
    static readonly string[] MissingMarks = ["", "NA", "NaN", "null", "?"];

    readonly HashSet<string> _items = new(StringComparer.Ordinal);
    readonly Dictionary<string, Dictionary<string, double>> _users = new(StringComparer.Ordinal);
    int _missing;
    int _repeated;

    /// <summary>Every item that has a reward from anyone.</summary>
    public IReadOnlyCollection<string> Items => _items;

    /// <summary>Rewards by user and item.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, double>> Users => _users;

    /// <summary>Whether a field marks a missing value.</summary>
    public static bool IsMissing(string field) => MissingMarks.Contains(field, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a finite number.</summary>
    public static bool TryNumber(string field, out double value) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>Adds one row; a pair that was there already takes the newer reward.</summary>
    /// <exception cref="EvaluationException">The row is too short or its reward is not a number.</exception>
    public void Add(string path, int line, string[] fields, int[] columns)
    {
        if (fields.Length <= columns.Max())
        {
            throw new EvaluationException($"{path}:{line}: expected at least {columns.Max() + 1} columns, found {fields.Length}");
        }

        var (user, item, reward) = (fields[columns[0]], fields[columns[1]], fields[columns[2]]);
        if (user.Length == 0 || item.Length == 0)
        {
            throw new EvaluationException($"{path}:{line}: a row needs a user and an item");
        }

        if (IsMissing(reward))
        {
            _missing++;
            return;
        }

        if (!TryNumber(reward, out var value))
        {
            throw new EvaluationException($"{path}:{line}: '{reward}' is not a reward");
        }

        _items.Add(item);
        if (!_users.TryGetValue(user, out var ratings))
        {
            ratings = new(StringComparer.Ordinal);
            _users.Add(user, ratings);
        }

        _repeated += ratings.ContainsKey(item) ? 1 : 0;
        ratings[item] = value;
    }

    /// <summary>What was left out or merged.</summary>
    public List<string> Notes(int itemCount, int completeUsers)
    {
        var notes = new List<string>();
        if (completeUsers < _users.Count)
        {
            notes.Add($"{completeUsers} of {_users.Count} users have a reward for each of the {itemCount} items; the others were dropped");
        }

        if (_missing > 0)
        {
            notes.Add($"{_missing} rows without a reward were skipped");
        }

        if (_repeated > 0)
        {
            notes.Add($"{_repeated} repeated (user, item) rows: the last one counts");
        }

        return notes;
    }
}
