using Recs.Offline.Reports;
using Recs.Schema.Models;
using Xunit;

namespace Recs.Tests.Offline;

public sealed class ModelReportTests
{
    static readonly TasteWorld World = TasteWorld.Create(viewers: 200, items: 60, groups: 6, perViewer: 10, seed: 5);

    [Fact]
    public void A_page_shows_gates_figures_and_pictures_and_needs_nothing_else()
    {
        var result = Training.Run(World.Input());
        var gates = GateReport.Of(TasteWorld.Now, [new("held-out AUC", 0.51, 0.55, null, false, "A <random> item is as good."), new("log age", null, null, null, true, "None.")]);

        var html = ModelReport.Html(7, true, result.Manifest! with { Judgement = gates }, result.Model!);

        Assert.Contains("<h1>Model 7, active</h1>", html, StringComparison.Ordinal);
        Assert.Contains("Refused.", html, StringComparison.Ordinal);
        Assert.Contains("at least 0.55<td class=\"no\">does not hold<td>A &lt;random&gt; item", html, StringComparison.Ordinal);
        Assert.Contains($"{result.Model!.Edges}, ", html, StringComparison.Ordinal);
        Assert.Equal(4, html.Split("<svg").Length - 1);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.All(result.Manifest!.Settings.Keys, name => Assert.Contains(name, html, StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_that_nobody_judged_says_so()
    {
        var result = Training.Run(World.Input());

        Assert.Contains("Nobody has judged it.", ModelReport.Html(1, false, result.Manifest!, result.Model!), StringComparison.Ordinal);
    }
}
