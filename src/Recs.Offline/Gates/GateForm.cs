using System.Globalization;
using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>Makes gates of values and bounds. A value that is not finite never holds.</summary>
static class GateForm
{
    public static Gate AtLeast(string name, double value, double least, FormattableString sentence) =>
        new(name, Finite(value), least, null, value >= least, Text(sentence));

    public static Gate AtMost(string name, double value, double most, FormattableString sentence) =>
        new(name, Finite(value), null, most, value <= most, Text(sentence));

    public static Gate Within(string name, double value, double least, double most, FormattableString sentence) =>
        new(name, Finite(value), least, most, value >= least && value <= most, Text(sentence));

    public static Gate NotJudged(string name, FormattableString sentence, bool holds = true) =>
        new(name, null, null, null, holds, Text(sentence));

    static double? Finite(double value) => double.IsFinite(value) ? value : null;

    static string Text(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
