using Recs.Offline.Evaluation.Tables;

namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>
/// The Open Bandit Dataset as published (Saito, Aihara, Matsutani and Narita, NeurIPS 2021): a folder per logging policy,
/// in it one table of impressions with <c>item_id, position, click, propensity_score</c> and the viewer's features.
/// </summary>
/// <remarks>
/// Item features are hashed differently per policy and not used; items are joined by <c>item_id</c>. Viewer features are
/// one-hot, the viewer's affinities to items stay as they are: nearly all are 0.
/// </remarks>
public static class OpenBanditData
{
    const string ItemTable = "item_context";

    /// <summary>Reads the logs of two policies of one campaign, with the same actions and positions.</summary>
    /// <param name="folder">The campaign's folder.</param>
    /// <param name="behavior">The folder of the log to learn from.</param>
    /// <param name="target">The folder of the policy to value.</param>
    /// <exception cref="EvaluationException">A table is missing or cannot be used.</exception>
    public static (BanditLog Behavior, BanditLog Target) Read(string folder, string behavior, string target)
    {
        var logs = new[] { behavior, target }.Select(policy => ReadPolicy(Path.Combine(folder, policy)) with { Name = policy }).ToArray();
        if (logs[0].PositionCount != logs[1].PositionCount)
        {
            throw new EvaluationException($"{folder}: {behavior} has {logs[0].PositionCount} positions, {target} has {logs[1].PositionCount}");
        }

        string[] actions = [.. logs[0].Actions.Union(logs[1].Actions, StringComparer.Ordinal)];
        return (Align(logs[0], actions), Align(logs[1], actions));
    }

    /// <summary>Reads one table of impressions.</summary>
    /// <exception cref="EvaluationException">It is missing or cannot be used.</exception>
    public static BanditLog ReadFile(string path)
    {
        var lines = DelimitedFile.Read(path).ToArray();
        var header = lines[0].Fields;
        foreach (var (line, fields) in lines)
        {
            if (fields.Length != header.Length)
            {
                throw new EvaluationException($"{path}:{line}: expected {header.Length} columns, found {fields.Length}");
            }
        }

        var features = FeatureTable.Encode(
            header, [.. lines.Skip(1).Select(line => line.Fields)], IsViewerFeature, standardise: false);
        return new BanditLogRows(path, new LogColumns(path, header, uniform: false), lines[1..]).Build(features).Log;
    }

    static bool IsViewerFeature(string column) =>
        column.StartsWith("user_feature", StringComparison.Ordinal) || column.StartsWith("user-item_affinity", StringComparison.Ordinal);

    static BanditLog ReadPolicy(string folder)
    {
        var files = Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.csv*").Where(file => !Path.GetFileName(file).StartsWith(ItemTable, StringComparison.Ordinal)).ToArray()
            : throw new EvaluationException($"{folder}: no such folder");
        return files.Length == 1
            ? ReadFile(files[0])
            : throw new EvaluationException($"{folder}: expected one table of impressions, found {files.Length}");
    }

    static BanditLog Align(BanditLog log, string[] actions)
    {
        var indexes = actions.Select((name, index) => (name, index)).ToDictionary(StringComparer.Ordinal);
        return log with
        {
            Actions = actions,
            Shown = [.. log.Shown.Select(action => indexes[log.Actions[action]])],
        };
    }
}
