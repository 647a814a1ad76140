using System.Globalization;
using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>
/// A policy as asked for by name, optionally with settings: <c>diag-ucb:k=1:alpha=0.3:unexplored=finite:normalise=true</c>.
/// </summary>
/// <param name="Settings">The kind with the settings that were given; others keep the environment's defaults.</param>
/// <param name="Clusters">K if given.</param>
/// <param name="FixesExploration">Whether alpha, width or epsilon was given: such a policy is not tuned.</param>
public sealed record PolicySpecification(PolicySettings Settings, int? Clusters, bool FixesExploration)
{
    /// <summary>Most clusters a request may belong to.</summary>
    public const int ClustersMax = 16;

    /// <summary>Reads a comma-separated list.</summary>
    /// <param name="text">The list.</param>
    /// <param name="defaults">The environment's default settings of a kind.</param>
    /// <exception cref="EvaluationException">A name or a setting is not known.</exception>
    public static PolicySpecification[] ParseList(string text, Func<PolicyKind, PolicySettings> defaults)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length == 0
            ? throw new EvaluationException("--policies: no policy is named")
            : [.. names.Select(name => Parse(name, defaults))];
    }

    static PolicySpecification Parse(string text, Func<PolicyKind, PolicySettings> defaults)
    {
        var parts = text.Split(':', StringSplitOptions.TrimEntries);
        if (!PolicyNames.TryParse(parts[0], out var kind))
        {
            throw new EvaluationException($"--policies: unknown policy '{parts[0]}'; known are {KnownNames()}");
        }

        var specification = new PolicySpecification(defaults(kind), null, false);
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            specification = equals > 0
                ? specification.With(part[..equals], part[(equals + 1)..], text)
                : throw new EvaluationException($"--policies: '{part}' in '{text}' is not a setting such as alpha=0.3");
        }

        return specification;
    }

    static string KnownNames() => string.Join(", ", PolicyNames.All.Order(StringComparer.Ordinal));

    static double Number(string value, string text, double least) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) && number >= least
            ? number
            : throw new EvaluationException($"--policies: '{value}' in '{text}' is not a number of at least {least}");

    static int Whole(string value, string text, int least, int most) => Number(value, text, least) is var number && number <= most
        ? (int)number
        : throw new EvaluationException($"--policies: '{value}' in '{text}' is more than {most}");

    static int Clustering(string value, string text) => Number(value, text, 1) is var number && number <= ClustersMax
        ? (int)number
        : throw new EvaluationException($"--policies: k in '{text}' is more than {ClustersMax}");

    static bool Choice(string value, string no, string yes, string text) =>
        string.Equals(value, yes, StringComparison.Ordinal) || (string.Equals(value, no, StringComparison.Ordinal)
            ? false
            : throw new EvaluationException($"--policies: '{value}' in '{text}' is neither {no} nor {yes}"));

    PolicySpecification With(string name, string value, string text) => name switch
    {
        "k" => this with { Clusters = Clustering(value, text) },
        "alpha" or "width" or "epsilon" or "gamma" => this with
        {
            Settings = Settings with { Exploration = Number(value, text, 0) },
            FixesExploration = true,
        },
        "l1" => this with { Settings = Settings with { EdgeShrinkage = Number(value, text, 1e-6) } },
        "l2" => this with { Settings = Settings with { ItemShrinkage = Number(value, text, 1e-6) } },
        "ridge" => this with { Settings = Settings with { Ridge = Number(value, text, 1e-6) } },
        "rate" => this with { Settings = Settings with { Rate = Number(value, text, 0) } },
        "hidden" => this with { Settings = Settings with { Hidden = Whole(value, text, 1, 1024) } },
        "replays" => this with { Settings = Settings with { Replays = Whole(value, text, 0, 1000) } },
        "perturbation" => this with { Settings = Settings with { Perturbation = Number(value, text, 0) } },
        "unexplored" => this with
        {
            Settings = Settings with { InfiniteUnexplored = Choice(value, "finite", "inf", text) },
        },
        "edges" => this with { Settings = Settings with { EdgeLayer = Choice(value, "false", "true", text) } },
        "normalise" => this with { Settings = Settings with { Normalise = Choice(value, "false", "true", text) } },
        _ => throw new EvaluationException(
            $"--policies: '{name}' in '{text}' is not one of k, alpha, width, epsilon, gamma, l1, l2, ridge, rate, hidden, replays, perturbation, edges, unexplored, normalise"),
    };
}
