using System.Globalization;

namespace Recs.Offline.Evaluation.Tables;

/// <summary>Reads <c>user,item,reward</c> rows into a full-information table of the users who rated everything.</summary>
public static class RatingsFile
{
    static readonly string[] RewardNames = ["reward", "rating", "score", "value"];

    /// <summary>Reads a table.</summary>
    /// <param name="path">Long format, plain or gzip, with or without a header; columns are found by name, else taken in order.</param>
    /// <param name="contextItems">The first N items (ascending id) become the context, the rest the arms.</param>
    /// <param name="threshold">Rewards become 1 from this value on and 0 below; without it they are scaled to [0, 1].</param>
    /// <exception cref="EvaluationException">The file is not such a table, or nothing is left of it.</exception>
    public static RewardTable Read(string path, int contextItems, double? threshold)
    {
        var ratings = new Ratings();
        ReadRows(path, ratings);
        var items = Ascending(ratings.Items);
        if (contextItems > items.Length - 2)
        {
            throw new EvaluationException(
                $"{path}: {items.Length} items leave fewer than two arms after --context-items {contextItems}");
        }

        var users = ratings.Users.Where(user => user.Value.Count == items.Length).Select(user => user.Value).ToArray();
        if (users.Length == 0)
        {
            throw new EvaluationException(
                $"{path}: none of the {ratings.Users.Count} users has a reward for each of the {items.Length} items");
        }

        var features = users.Select(user => items[..contextItems].Select(item => user[item]).ToArray()).ToArray();
        Standardisation.Apply(features, Enumerable.Range(0, contextItems));
        var notes = ratings.Notes(items.Length, users.Length);
        var rewards = users.SelectMany(user => items[contextItems..].Select(item => user[item])).ToArray();
        ToUnit(rewards, threshold, notes);
        return new(Path.GetFileName(path), features, rewards, items[contextItems..], notes);
    }

    static void ReadRows(string path, Ratings ratings)
    {
        int[]? columns = null;
        foreach (var (line, fields) in DelimitedFile.Read(path))
        {
            if (columns is null)
            {
                columns = ColumnsOf(path, fields, out var isHeader);
                if (isHeader)
                {
                    continue;
                }
            }

            ratings.Add(path, line, fields, columns);
        }
    }

    static int[] ColumnsOf(string path, string[] first, out bool isHeader)
    {
        if (first.Length < 3)
        {
            throw new EvaluationException($"{path}:1: expected the columns user,item,reward, found {first.Length} column(s)");
        }

        isHeader = !Ratings.IsMissing(first[2]) && !Ratings.TryNumber(first[2], out _);
        var user = IndexOf(first, ["user", "userid", "user_id", "viewer"]);
        var item = IndexOf(first, ["item", "itemid", "item_id", "joke", "movieid", "arm"]);
        var reward = IndexOf(first, RewardNames);
        return user >= 0 && item >= 0 && reward >= 0 ? [user, item, reward] : [0, 1, 2];
    }

    static int IndexOf(string[] header, string[] names) =>
        Array.FindIndex(header, field => names.Contains(field, StringComparer.OrdinalIgnoreCase));

    static string[] Ascending(IReadOnlyCollection<string> items)
    {
        var isNumeric = items.All(item => long.TryParse(item, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        return isNumeric
            ? [.. items.OrderBy(item => long.Parse(item, CultureInfo.InvariantCulture))]
            : [.. items.Order(StringComparer.Ordinal)];
    }

    static void ToUnit(double[] rewards, double? threshold, List<string> notes)
    {
        if (threshold is { } least)
        {
            for (var i = 0; i < rewards.Length; i++)
            {
                rewards[i] = rewards[i] >= least ? 1 : 0;
            }

            return;
        }

        var (low, high) = (rewards.Min(), rewards.Max());
        if (low >= 0 && high <= 1)
        {
            return;
        }

        for (var i = 0; i < rewards.Length; i++)
        {
            rewards[i] = (rewards[i] - low) / (high - low);
        }

        notes.Add(string.Create(CultureInfo.InvariantCulture, $"rewards were scaled from [{low}, {high}] to [0, 1]"));
    }
}
