namespace Recs.Cli.Simulate;

/// <summary>What came of a play.</summary>
/// <param name="Seed">The world.</param>
/// <param name="Viewers">How many viewers there were.</param>
/// <param name="Items">Items that could be shown at the end.</param>
/// <param name="Decisions">Slates served.</param>
/// <param name="Events">Events the server took.</param>
/// <param name="EventsRejected">Events it did not.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Arms">The policy, uniform, and the oracle on the policy's visits.</param>
/// <param name="Parts">How it went, tenth by tenth.</param>
/// <param name="Fresh">What became of items published during the play; null when there were none.</param>
sealed record SimulateReport(
    int Seed,
    int Viewers,
    int Items,
    int Decisions,
    int Events,
    int EventsRejected,
    double Seconds,
    IReadOnlyList<SimulateArm> Arms,
    IReadOnlyList<SimulatePart> Parts,
    FreshReport? Fresh);
