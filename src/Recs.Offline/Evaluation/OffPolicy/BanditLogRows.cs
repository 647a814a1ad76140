using System.Globalization;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Turns the lines of a file into a log, and counts what it has to leave out.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="columns">Where its columns are.</param>
/// <param name="rows">Its lines without the header, with their numbers.</param>
sealed class BanditLogRows(string path, LogColumns columns, (int Line, string[] Fields)[] rows)
{
    const double ProbabilityMax = 1 + 1e-9;

    readonly List<int> _kept = [];
    readonly List<double> _rewards = [];
    readonly List<double> _propensities = [];
    readonly SortedDictionary<string, int> _dropped = new(StringComparer.Ordinal);

    /// <summary>The log with the features of the kept rows, and which rows were kept.</summary>
    public (BanditLog Log, int[] Kept) Build(double[][] features)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            Take(row);
        }

        if (_kept.Count == 0)
        {
            throw new EvaluationException($"{path}: none of the {rows.Length} rows can be used");
        }

        var actions = Names(columns.Action);
        var positions = columns.Position < 0 ? [""] : Names(columns.Position);
        var log = new BanditLog
        {
            Name = path,
            Actions = actions,
            PositionCount = positions.Length,
            Shown = Indexes(columns.Action, actions),
            Positions = columns.Position < 0 ? new int[_kept.Count] : Indexes(columns.Position, positions),
            Propensities = columns.Propensity < 0
                ? [.. Enumerable.Repeat(1.0 / actions.Length, _kept.Count)]
                : [.. _propensities.Select(propensity => Math.Min(1, propensity))],
            Rewards = [.. _rewards],
            Features = [.. _kept.Select(row => features[row])],
            Dropped = [.. _dropped.Select(drop => new DroppedRows(drop.Key, drop.Value))],
        };
        return (log, [.. _kept]);
    }

    void Take(int row)
    {
        var (line, fields) = rows[row];
        if (fields[columns.Action].Length == 0 || (columns.Position >= 0 && fields[columns.Position].Length == 0))
        {
            throw new EvaluationException($"{path}:{line}: a row needs an action, and a position if there is that column");
        }

        if (Ratings.IsMissing(fields[columns.Reward]))
        {
            Drop("no reward");
            return;
        }

        var reward = Number(line, fields[columns.Reward], "reward");
        var propensity = columns.Propensity < 0 ? 1
            : Ratings.IsMissing(fields[columns.Propensity]) ? double.NaN
            : Number(line, fields[columns.Propensity], "propensity");
        if (double.IsNaN(propensity))
        {
            Drop("no propensity");
        }
        else if (propensity is <= 0)
        {
            Drop("propensity 0: the action was shown although the log says it could not be");
        }
        else if (propensity > ProbabilityMax)
        {
            throw new EvaluationException($"{path}:{line}: the propensity {propensity.ToString(CultureInfo.InvariantCulture)} is above 1");
        }
        else
        {
            _kept.Add(row);
            _rewards.Add(reward);
            _propensities.Add(propensity);
        }
    }

    void Drop(string reason) => _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;

    double Number(int line, string text, string what) => Ratings.TryNumber(text, out var value)
        ? value
        : throw new EvaluationException($"{path}:{line}: '{text}' is not a {what}");

    string[] Names(int column)
    {
        var names = _kept.Select(row => rows[row].Fields[column]).Distinct(StringComparer.Ordinal).ToArray();
        return names.All(name => Ratings.TryNumber(name, out _))
            ? [.. names.OrderBy(name => double.Parse(name, CultureInfo.InvariantCulture)).ThenBy(name => name, StringComparer.Ordinal)]
            : [.. names.Order(StringComparer.Ordinal)];
    }

    int[] Indexes(int column, string[] names)
    {
        var indexes = names.Select((name, index) => (name, index)).ToDictionary(StringComparer.Ordinal);
        return [.. _kept.Select(row => indexes[rows[row].Fields[column]])];
    }
}
