using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.OffPolicy;
using Recs.Offline.Evaluation.Policies;
using Recs.Offline.Evaluation.Regrets;

namespace Recs.Cli.Evaluate;

/// <summary>Reads what <c>recs evaluate ope</c> is asked about.</summary>
static class OpeInputs
{
    const string Uniform = "uniform";
    const string Logged = "log";
    const string Always = "always:";
    const int Draws = 100;
    const double UniformTolerance = 1e-6;

    /// <summary>Two policies of the Open Bandit Dataset, or a target named otherwise on one of them.</summary>
    /// <param name="folder">The campaign's folder.</param>
    /// <param name="behavior">Folder of the log.</param>
    /// <param name="target">Folder of the policy to value, or a name as for <see cref="OfFile"/>.</param>
    /// <param name="seed">Seed of a target that is learned.</param>
    public static OpeInput OfOpenBandit(string folder, string behavior, string target, int seed)
    {
        if (!Directory.Exists(Path.Combine(folder, target)))
        {
            return Named(OpenBanditData.Read(folder, behavior, behavior).Behavior, target, seed);
        }

        var (log, served) = OpenBanditData.Read(folder, behavior, target);
        var uniform = 1.0 / served.Actions.Count;
        if (served.Propensities.All(propensity => Math.Abs(propensity - uniform) < UniformTolerance))
        {
            return new(log, TargetPolicy.Uniform(log), served, [$"{target} is uniform: its propensities are all 1/{served.Actions.Count}."]);
        }

        return new(
            log,
            TargetPolicy.Frequencies($"{target} (average)", served, log),
            served,
            [$"{target} changes while it runs and records the shown action's propensity only; it is valued as its average: how often it shows each action at each position."]);
    }

    /// <summary>A log in a file and a target.</summary>
    /// <param name="path">The log.</param>
    /// <param name="format"><c>csv</c> or <c>obd</c>.</param>
    /// <param name="target">A file with pi_ columns, or a name.</param>
    /// <param name="seed">Seed of a target that is learned.</param>
    public static OpeInput OfFile(string path, string format, string target, int seed)
    {
        var (log, kept) = format switch
        {
            "csv" => BanditLogFile.Read(path),
            "obd" => (OpenBanditData.ReadFile(path), null),
            _ => throw new EvaluationException($"--format: '{format}' is neither csv nor obd"),
        };
        if (kept is null || !File.Exists(target))
        {
            return Named(log, target, seed);
        }

        var (policy, widened) = TargetPolicyFile.Read(target, log, kept);
        return new(widened, policy, null, []);
    }

    static OpeInput Named(BanditLog log, string target, int seed)
    {
        switch (target)
        {
            case Uniform:
                return new(log, TargetPolicy.Uniform(log), null, []);
            case Logged:
                return new(log, TargetPolicy.Frequencies("log (average)", log, log), log, ["The target is the log's own average policy."]);
        }

        if (target.StartsWith(Always, StringComparison.Ordinal))
        {
            var action = log.Actions.ToList().IndexOf(target[Always.Length..]);
            return action >= 0
                ? new(log, TargetPolicy.Always(log, action), null, [])
                : throw new EvaluationException($"--target: the log never shows '{target[Always.Length..]}'");
        }

        return Learned(log, target, seed);
    }

    static OpeInput Learned(BanditLog log, string target, int seed)
    {
        PolicySpecification specification;
        try
        {
            specification = PolicySpecification.ParseList(target, RegretSettings.Default) is [var only]
                ? only
                : throw new EvaluationException("one target at a time");
        }
        catch (EvaluationException fault)
        {
            throw new EvaluationException(
                $"--target: '{target}' is no file with pi_ columns, not {Uniform}, {Logged} or {Always}ACTION, and no policy ({fault.Message})");
        }

        var arm = new RegretArm(specification.Settings, Clustering.Default);
        var (rest, policy) = LearnedTarget.Create(target, log, arm, Draws, seed);
        return new(rest, policy, null, [$"{target} has learned from one half of the log and is valued, frozen, on the other."]);
    }
}
