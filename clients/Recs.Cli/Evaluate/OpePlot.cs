using Recs.Offline.Evaluation.OffPolicy;
using ScottPlot;

namespace Recs.Cli.Evaluate;

/// <summary>Draws estimates with their intervals, one row each, and the truth as a band where it is known.</summary>
static class OpePlot
{
    const int WidthPixels = 1000;
    const int HeightPixels = 600;
    const double BandOpacity = 0.15;
    const double Quantile = 1.96;

    /// <summary>Writes a PNG.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, OpeInput input, OffPolicyResult result)
    {
        using var plot = new Plot();
        if (input.Served is { } served)
        {
            var half = Quantile * served.StandardError;
            var band = plot.Add.HorizontalSpan(served.Estimate - half, served.Estimate + half);
            band.FillStyle.Color = Colors.Green.WithAlpha(BandOpacity);
            band.LineStyle.Width = 0;
            var line = plot.Add.VerticalLine(served.Estimate);
            line.Color = Colors.Green;
            line.LegendText = $"{result.Target} where it was served";
        }

        var drawn = result.Estimates.Where(estimate => double.IsFinite(estimate.Value) && double.IsFinite(estimate.Interval.Low)).ToArray();
        for (var i = 0; i < drawn.Length; i++)
        {
            var height = drawn.Length - i;
            var interval = plot.Add.Line(drawn[i].Interval.Low, height, drawn[i].Interval.High, height);
            interval.Color = Colors.Navy;
            interval.LineWidth = 2;
            var marker = plot.Add.Marker(drawn[i].Value, height);
            marker.Color = Colors.Navy;
        }

        plot.Axes.Left.SetTicks(
            [.. drawn.Select((_, i) => (double)(drawn.Length - i))],
            [.. drawn.Select(estimate => EstimatorNames.Of(estimate.Estimator))]);
        plot.Title($"{input.Log.Name} values {result.Target}: {result.Verdict.Words}");
        plot.XLabel("mean reward per row, bootstrap interval");
        plot.ShowLegend(Alignment.UpperRight);
        plot.SavePng(path, WidthPixels, HeightPixels);
    }
}
