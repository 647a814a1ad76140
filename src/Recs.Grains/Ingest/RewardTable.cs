using Recs.Schema.Decisions;
using Recs.Schema.Log;

namespace Recs.Grains.Ingest;

/// <summary>
/// What each type of event earns, in 16-bit units. A shown item earns at most the sum of its types, in [−1, 1]. Learning works on
/// [0, 1]: where N &gt; 0 is what all negative types together take away, r becomes (r + N)/(1 + N). That is a sum too: being shown
/// earns N/(1 + N) by itself, and every type its share.
/// </summary>
/// <remarks>Everything is rounded towards zero, so that a sum never leaves [0, 65535].</remarks>
public sealed class RewardTable
{
    readonly Dictionary<string, RewardRule> _rules;
    readonly double _scale;

    /// <param name="rules">By type: <c>click</c>, <c>watch</c>, … or <c>custom:NAME</c>.</param>
    /// <exception cref="ArgumentException">The rules do not go together; the message says why.</exception>
    public RewardTable(IEnumerable<KeyValuePair<string, RewardRule>> rules)
    {
        _rules = new(rules, StringComparer.Ordinal);
        if (Fault(_rules) is { } fault)
        {
            throw new ArgumentException(fault, nameof(rules));
        }

        var taken = _rules.Values.Sum(rule => Math.Max(0, -rule.Value));
        _scale = Quantised.One / (1 + taken);
        Base = (ushort)ToUnits(taken);
    }

    /// <summary>What being shown earns by itself, r · 65535; 0 where no type takes anything away.</summary>
    public ushort Base { get; }

    /// <summary>Why some rules do not go together; null when they do.</summary>
    public static string? Fault(IReadOnlyDictionary<string, RewardRule> rules)
    {
        const double Rounding = 1e-9;
        var gained = rules.Values.Sum(rule => Math.Max(0, rule.Value));
        var taken = rules.Values.Sum(rule => Math.Max(0, -rule.Value));
        if (gained > 1 + Rounding || taken > 1 + Rounding)
        {
            var isGain = gained > 1 + Rounding;
            var parts = rules.Where(rule => isGain ? rule.Value.Value > 0 : rule.Value.Value < 0)
                .OrderBy(rule => rule.Key, StringComparer.Ordinal)
                .Select(rule => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{rule.Key} {rule.Value.Value}"));
            return string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"one shown item may earn {(isGain ? gained : -taken):0.######} ({string.Join(", ", parts)}): expected at {(isGain ? "most 1" : "least -1")}.");
        }

        var same = rules.Keys.Where(type => SignalOf(type) != 0).GroupBy(SignalOf).FirstOrDefault(group => group.Count() > 1);
        return same is null ? null : $"{string.Join(" and ", same)} cannot be told apart in the log: expected another name for one of them.";
    }

    /// <summary>Tells custom types apart in the log; 0 for the others.</summary>
    public static ushort SignalOf(string type) =>
        type.StartsWith("custom:", StringComparison.Ordinal) ? StableKeys.Signal(type) : (ushort)0;

    /// <summary>What an event earns.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="value">Its own number; null counts as 0.</param>
    /// <param name="reward">r · 65535, in [−65535, 65535].</param>
    /// <returns>False when no rule says.</returns>
    public bool TryValue(string type, double? value, out int reward)
    {
        var isKnown = _rules.TryGetValue(type, out var rule);
        reward = isKnown ? ToUnits(rule.Of(value)) : 0;
        return isKnown;
    }

    // A product such as 0.3 · 65535 may fall short of the integer that it is by a rounding.
    int ToUnits(double reward) => (int)(Math.Sign(reward) * Math.Floor((Math.Abs(reward) * _scale) + 1e-6));
}
