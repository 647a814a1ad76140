namespace Recs.Cli.Simulate;

/// <summary>What became of items published during the play.</summary>
/// <param name="Published">How many there were.</param>
/// <param name="Shown">How many of them were shown at least once.</param>
/// <param name="Impressions">How often they were shown together.</param>
/// <param name="Clicks">How often they were clicked.</param>
sealed record FreshReport(int Published, int Shown, int Impressions, int Clicks);
