using Recs.Offline.Evaluation.Regrets;
using ScottPlot;

namespace Recs.Cli.Evaluate;

/// <summary>Draws cumulative regret over decisions, one curve per policy with its 95 % band.</summary>
static class RegretPlot
{
    const int WidthPixels = 1200;
    const int HeightPixels = 800;
    const double BandOpacity = 0.15;

    /// <summary>Writes a PNG.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string title, RegretOptions options, IReadOnlyList<RegretLine> lines)
    {
        using var plot = new Plot();
        var palette = new ScottPlot.Palettes.Category20();
        for (var i = 0; i < lines.Count; i++)
        {
            var curve = lines[i].Curve;
            double[] decisions = [0, .. Enumerable.Range(1, curve.Length).Select(point => (double)options.Rounds * point / curve.Length)];
            double[] means = [0, .. curve.Select(interval => interval.Mean)];
            double[] lows = [0, .. curve.Select(interval => interval.Low)];
            double[] highs = [0, .. curve.Select(interval => interval.High)];
            var color = palette.GetColor(i);
            var band = plot.Add.FillY(decisions, lows, highs);
            band.FillColor = color.WithAlpha(BandOpacity);
            band.LineWidth = 0;
            var line = plot.Add.ScatterLine(decisions, means, color);
            line.LineWidth = 2;
            line.LegendText = lines[i].Policy;
        }

        plot.Title(title);
        plot.XLabel("decisions");
        plot.YLabel("cumulative regret");
        plot.ShowLegend(Alignment.UpperLeft);
        plot.SavePng(path, WidthPixels, HeightPixels);
    }
}
