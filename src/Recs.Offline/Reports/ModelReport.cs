using System.Globalization;
using System.Net;
using System.Text;
using Recs.Schema.Models;

namespace Recs.Offline.Reports;

/// <summary>A model version on one page: gates, figures, seconds and pictures, in HTML that needs nothing else.</summary>
/// <remarks>Made from what is stored of the version, so it is the same whenever it is asked for.</remarks>
public static class ModelReport
{
    const int Bars = 40;
    const int WidthPixels = 480;
    const int HeightPixels = 120;

    const string Style =
        "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a2230}"
        + "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #dde3ea;vertical-align:top}"
        + "td.n{text-align:right;font-variant-numeric:tabular-nums}.no{color:#b00020;font-weight:600}svg{display:block;margin:.5rem 0}"
        + "@media(prefers-color-scheme:dark){body{background:#12161c;color:#e6eaf0}td,th{border-color:#2c3440}}";

    /// <summary>Writes the page.</summary>
    /// <param name="version">The version.</param>
    /// <param name="isActive">Whether silos serve it.</param>
    /// <param name="manifest">What is known of it.</param>
    /// <param name="model">The model itself.</param>
    public static string Html(long version, bool isActive, ModelManifest manifest, ModelFile model)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Model {version}</title><style>{Style}</style>");
        page.Append(CultureInfo.InvariantCulture, $"<h1>Model {version}{(isActive ? ", active" : "")}</h1><p>Made {manifest.CreatedAt:u}");
        page.Append(manifest.Parent is { } parent ? string.Create(CultureInfo.InvariantCulture, $" from model {parent}") : ", the first of its line");
        page.Append(CultureInfo.InvariantCulture, $"; {manifest.Clusters} clusters of {manifest.Dims} dimensions, {manifest.Bytes:N0} bytes.</p>");
        AddGates(page, manifest.Judgement);
        AddTable(page, "Figures", Figures(manifest));
        AddTable(page, "Seconds per step", manifest.Seconds.Select(step => (step.Key, Text(step.Value))));
        AddBars(page, "Share of the viewers in each cluster, largest first", [.. model.Population.Select(share => (double)share).OrderDescending()]);
        AddBars(page, "Edges of each cluster, most first", [.. Enumerable.Range(0, model.Clusters).Select(cluster => (double)model.RowsOf(cluster).Length).OrderDescending()]);
        AddBars(page, "Affinity of the edges, from the lowest to the highest", Histogram(model.EdgeAffinities));
        AddBars(page, "Prior chance of a reward over affinity −1 to 1", Prior(model));
        AddTable(page, "Settings", manifest.Settings.Select(setting => (setting.Key, setting.Value)));
        return page.Append("</html>\n").ToString();
    }

    static void AddGates(StringBuilder page, GateReport? judgement)
    {
        page.Append("<h2>Gates</h2>");
        if (judgement is null)
        {
            page.Append("<p>Nobody has judged it.</p>");
            return;
        }

        page.Append(judgement.Refused ? "<p class=\"no\">Refused.</p>" : "<p>Passed.</p>").Append("<table>");
        foreach (var gate in judgement.Gates)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Safe(gate.Name)}<td class=\"n\">{(gate.Value is { } value ? Text(value) : "–")}<td>{Bound(gate)}");
            page.Append(gate.Holds ? "<td>" : "<td class=\"no\">").Append(gate.Verdict).Append("<td>").Append(Safe(gate.Sentence)).Append("</tr>");
        }

        page.Append("</table>");
    }

    static string Bound(Gate gate) => (gate.Least, gate.Most) switch
    {
        ({ } least, { } most) => $"{Text(least)} to {Text(most)}",
        ({ } least, null) => $"at least {Text(least)}",
        (null, { } most) => $"at most {Text(most)}",
        _ => "",
    };

    static IEnumerable<(string Name, string Value)> Figures(ModelManifest manifest)
    {
        var (figures, counts) = (manifest.Figures, manifest.Counts);
        yield return ("items, available", $"{counts.Items}, {counts.ItemsAvailable}");
        yield return ("items from history, content, drawn", $"{counts.ItemsFromHistory}, {counts.ItemsFromContent}, {counts.ItemsDrawn}");
        yield return ("viewers with a reward", Text(counts.Viewers));
        yield return ("pairs rewarded, not, of unknown items", $"{counts.Rewarded}, {counts.Unrewarded}, {counts.Unknown}");
        yield return ("edges, fresh, carried over", $"{counts.Edges}, {counts.EdgesFresh}, {counts.EdgesCarried}");
        yield return ("loss", Text(figures.Loss));
        yield return ("AUC on the training data", Text(figures.Auc));
        yield return ("inertia of the clusters", Text(figures.Inertia));
        yield return ("share of edges carried over", Text(figures.EdgesCarriedShare));
        yield return ("share of viewers who kept their cluster", Text(figures.ViewersKeptShare));
        yield return ("prior a, β, pairs", $"{Text(figures.PriorIntercept)}, {Text(figures.PriorSlope)}, {figures.PriorPairs}");
    }

    static void AddTable(StringBuilder page, string title, IEnumerable<(string Name, string Value)> rows)
    {
        page.Append("<h2>").Append(title).Append("</h2><table>");
        foreach (var (name, value) in rows)
        {
            page.Append("<tr><td>").Append(Safe(name)).Append("<td class=\"n\">").Append(Safe(value)).Append("</tr>");
        }

        page.Append("</table>");
    }

    /// <summary>At most forty bars, each the mean of its share of the values.</summary>
    static void AddBars(StringBuilder page, string title, double[] values)
    {
        if (values.Length == 0)
        {
            return;
        }

        var count = Math.Min(Bars, values.Length);
        var highest = Math.Max(values.Max(), double.Epsilon);
        page.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2><svg width=\"{WidthPixels}\" height=\"{HeightPixels}\" role=\"img\" aria-label=\"{title}\">");
        for (var bar = 0; bar < count; bar++)
        {
            var (from, to) = ((long)bar * values.Length / count, (long)(bar + 1) * values.Length / count);
            var height = values[(int)from..(int)to].Average() / highest * HeightPixels;
            var width = (double)WidthPixels / count;
            page.Append(CultureInfo.InvariantCulture, $"<rect x=\"{bar * width:F1}\" y=\"{HeightPixels - height:F1}\" width=\"{width * 0.85:F1}\" height=\"{height:F1}\" fill=\"#1c64c7\"/>");
        }

        page.Append(CultureInfo.InvariantCulture, $"</svg><p>Highest {Text(highest)}, {values.Length} values.</p>");
    }

    static double[] Histogram(float[] affinities)
    {
        if (affinities.Length == 0)
        {
            return [];
        }

        var (low, high) = (affinities.Min(), affinities.Max());
        var counts = new double[Bars];
        foreach (var affinity in affinities)
        {
            counts[high > low ? Math.Min(Bars - 1, (int)((affinity - low) / (high - low) * Bars)) : 0]++;
        }

        return counts;
    }

    static double[] Prior(ModelFile model) => [.. Enumerable.Range(0, Bars).Select(bar =>
        1 / (1 + Math.Exp(-(model.PriorIntercept + (model.PriorSlope * ((2.0 * bar / (Bars - 1)) - 1))))))];

    static string Text(double? value) => value is { } number ? number.ToString("G5", CultureInfo.InvariantCulture) : "–";

    static string Safe(string text) => WebUtility.HtmlEncode(text);
}
