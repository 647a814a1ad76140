namespace Recs.Cli.Simulate;

/// <summary>What came of one visit.</summary>
/// <param name="Control">Whether <c>uniform</c> was asked for to compare with.</param>
/// <param name="Policy">The policy that served, as the server said.</param>
/// <param name="Reward">Expected clicks of the slate.</param>
/// <param name="OracleReward">Expected clicks of the best slate.</param>
/// <param name="Clicks">Ids that were clicked.</param>
/// <param name="FreshShown">Ids in the slate that this play has published.</param>
/// <param name="EventsAccepted">Events the server took.</param>
/// <param name="EventsRejected">Events it did not.</param>
sealed record Visit(
    bool Control,
    string Policy,
    double Reward,
    double OracleReward,
    IReadOnlyCollection<string> Clicks,
    IReadOnlyList<string> FreshShown,
    int EventsAccepted,
    int EventsRejected);
