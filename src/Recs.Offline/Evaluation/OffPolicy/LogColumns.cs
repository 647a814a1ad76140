namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Where a log's columns are.</summary>
sealed class LogColumns
{
    public LogColumns(string path, string[] header, bool uniform)
    {
        Action = Required(path, header, "action", "item_id");
        Reward = Required(path, header, "reward", "click");
        Position = Find(header, "position");
        Propensity = Find(header, "propensity", "propensity_score", "action_prob");
        IsUniform = uniform;
        if (Propensity < 0 && !uniform)
        {
            throw new EvaluationException($"{path}:1: no column 'propensity'; without it nothing can be reweighted");
        }
    }

    /// <summary>Column of the action.</summary>
    public int Action { get; }

    /// <summary>Column of the reward.</summary>
    public int Reward { get; }

    /// <summary>Column of the position, −1 if there is one position.</summary>
    public int Position { get; }

    /// <summary>Column of the propensity, −1 if the log is uniform by agreement.</summary>
    public int Propensity { get; }

    /// <summary>Whether a log without propensities is taken as uniform.</summary>
    public bool IsUniform { get; }

    static int Required(string path, string[] header, params string[] names) => Find(header, names) is var column and >= 0
        ? column
        : throw new EvaluationException($"{path}:1: no column '{names[0]}'");

    static int Find(string[] header, params string[] names) =>
        Array.FindIndex(header, field => names.Contains(field, StringComparer.OrdinalIgnoreCase));
}
