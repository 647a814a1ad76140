using ScottPlot;

namespace Recs.Cli.Evaluate;

/// <summary>Draws cumulative regret over rounds, one curve per policy, with the published figure at its end.</summary>
static class CombinatorialPlot
{
    const int WidthPixels = 1200;
    const int HeightPixels = 800;

    /// <summary>Writes a PNG.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string title, IReadOnlyList<CombinatorialLine> lines)
    {
        using var plot = new Plot();
        var palette = new ScottPlot.Palettes.Category10();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            double[] rounds = [.. Enumerable.Range(1, line.Curve.Length).Select(round => (double)round)];
            var curve = plot.Add.ScatterLine(rounds, line.Curve, palette.GetColor(i));
            curve.LineWidth = 2;
            curve.LegendText = line.Policy;
            if (line.Published is { } published)
            {
                var bar = plot.Add.ErrorBar([line.Curve.Length], [published.Mean], [published.Deviation]);
                bar.Color = palette.GetColor(i);
                plot.Add.Marker(line.Curve.Length, published.Mean, color: palette.GetColor(i));
            }
        }

        plot.Title($"{title}: cumulative regret; published mean ± sd at the end");
        plot.XLabel("rounds");
        plot.YLabel("cumulative regret");
        plot.ShowLegend(Alignment.UpperLeft);
        plot.SavePng(path, WidthPixels, HeightPixels);
    }
}
