using System.Globalization;
using Recs.Schema.Models;

namespace Recs.Trainer;

/// <summary>Gates as lines: name, value, bound, whether it holds, and what it means.</summary>
static class GateTable
{
    const int ValueChars = 10;
    const int BoundChars = 18;
    const int VerdictChars = 13;

    public static IEnumerable<string> Lines(GateReport report)
    {
        var name = Math.Max(4, report.Gates.Max(gate => gate.Name.Length));
        yield return $"{"gate".PadRight(name)}  {"value".PadLeft(ValueChars)}  {"bound".PadRight(BoundChars)}  {"verdict".PadRight(VerdictChars)}";
        foreach (var gate in report.Gates)
        {
            yield return $"{gate.Name.PadRight(name)}  {Number(gate.Value).PadLeft(ValueChars)}  {Bound(gate).PadRight(BoundChars)}  {(gate.Holds ? gate.Verdict : gate.Verdict.ToUpperInvariant()).PadRight(VerdictChars)}  {gate.Sentence}";
        }
    }

    static string Bound(Gate gate) => gate switch
    {
        { Least: { } least, Most: { } most } => $"{Number(least)} to {Number(most)}",
        { Least: { } least } => $">= {Number(least)}",
        { Most: { } most } => $"<= {Number(most)}",
        _ => "-",
    };

    static string Number(double? value) => value?.ToString("G5", CultureInfo.InvariantCulture) ?? "-";
}
